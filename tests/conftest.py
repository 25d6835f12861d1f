"""What tests of every floor share: one event loop, time that stands still, and a store."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.adapters.sqlite.storage import SqliteStorage
from tests.backends import CASSANDRA, SQLITE, EmptiedSession, SharedStorage, cassandra_session, worker_name
from tests.clips import Clips
from tests.holding_still import CountingIds, ManualClock
from tests.servers import cassandra_address, why_no_cassandra
from tests.stand_ins.s3 import S3Server, s3_server

# The same examples in each run, however busy the machine is; `make fuzz` looks for others.
settings.register_profile("steady", deadline=None, derandomize="KILLRVIDEO_FUZZ_EXAMPLES" not in os.environ)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    """Films to work on, made when they are first asked for."""
    return Clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def ids(clock: ManualClock) -> CountingIds:
    return CountingIds(clock.now)


@pytest.fixture
def backend() -> str:
    """Where it is overridden with both names, the tests run on both back ends."""
    return SQLITE


@pytest.fixture(scope="session")
async def shared_session(request: pytest.FixtureRequest) -> AsyncIterator[EmptiedSession]:
    async with cassandra_session(worker_name(request.config)) as session:
        yield session


@pytest.fixture
def cassandra(backend: str, request: pytest.FixtureRequest) -> EmptiedSession | None:
    """A session on empty tables where the test runs on Cassandra; skips it where there is none."""
    if backend != CASSANDRA:
        return None
    if cassandra_address() is None:
        pytest.skip(why_no_cassandra())
    session: EmptiedSession = request.getfixturevalue("shared_session")
    return session


@pytest.fixture
async def storage(
    tmp_path: Path, clock: ManualClock, ids: CountingIds, cassandra: EmptiedSession | None
) -> AsyncIterator[SqliteStorage | CassandraStorage]:
    if cassandra is not None:
        yield SharedStorage(cassandra, clock, ids)
        await cassandra.empty()
        return
    storage = SqliteStorage(tmp_path / "store.db", clock, ids, synchronous="off")
    await storage.open()
    yield storage
    await storage.close()


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server
