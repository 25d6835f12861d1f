"""Every store on every back end: the tests here ask for a storage and do not know which one it is."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from tests.holding_still import CountingIds, ManualClock


@pytest.fixture
async def storage(tmp_path: Path, clock: ManualClock, ids: CountingIds) -> AsyncIterator[SqliteStorage]:
    storage = SqliteStorage(tmp_path / "store.db", clock, ids, synchronous="off")
    await storage.open()
    yield storage
    await storage.close()
