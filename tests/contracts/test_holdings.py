"""Moving house: whatever is kept in one back end is kept in the other, and shows the same there."""

from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.service_interfaces.storage import Storage
from tests.builders.houses import TAGS, WORDS, Furnisher
from tests.builders.moving import differences, move
from tests.builders.sights import sights_of
from tests.holding_still import CountingIds, ManualClock


async def embedded(path: Path, clock: ManualClock, ids: CountingIds) -> AsyncIterator[SqliteStorage]:
    storage = SqliteStorage(path, clock, ids, synchronous="off")
    await storage.open()
    yield storage
    await storage.close()


@pytest.fixture
async def home(tmp_path: Path, clock: ManualClock, ids: CountingIds) -> AsyncIterator[SqliteStorage]:
    """Where the move begins: an embedded house."""
    async for storage in embedded(tmp_path / "home.db", clock, ids):
        yield storage


@pytest.fixture
async def back(tmp_path: Path, clock: ManualClock, ids: CountingIds) -> AsyncIterator[SqliteStorage]:
    """Where it ends: another one."""
    async for storage in embedded(tmp_path / "back.db", clock, ids):
        yield storage


@pytest.mark.parametrize("seed", range(3))
async def test_a_house_is_the_same_wherever_it_moves(
    home: SqliteStorage, storage: Storage, back: SqliteStorage, clock: ManualClock, tmp_path: Path, seed: int
) -> None:
    await Furnisher(home, Random(seed)).furnish()
    at_home = await sights_of(home, WORDS, TAGS)

    await move(home, storage, clock, tmp_path / "out")
    await move(storage, back, clock, tmp_path / "back")

    assert await differences(home, storage, clock) == []
    assert await differences(home, back, clock) == []
    assert await sights_of(storage, WORDS, TAGS) == at_home
    assert await sights_of(back, WORDS, TAGS) == at_home
    assert await back.comments.count() == await home.comments.count()
