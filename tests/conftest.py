"""What tests of every floor share: one event loop, time that stands still, and a store."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from tests.holding_still import CountingIds, ManualClock
from tests.stand_ins.s3 import S3Server, s3_server


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def ids(clock: ManualClock) -> CountingIds:
    return CountingIds(clock.now)


@pytest.fixture
async def storage(tmp_path: Path, clock: ManualClock, ids: CountingIds) -> AsyncIterator[SqliteStorage]:
    storage = SqliteStorage(tmp_path / "store.db", clock, ids, synchronous="off")
    await storage.open()
    yield storage
    await storage.close()


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server
