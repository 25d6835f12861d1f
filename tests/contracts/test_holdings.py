"""Moving house: whatever is kept in one back end is kept in the other, and shows the same there."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from killrvideo.adapters.demo_catalogue import DemoCatalogue
from killrvideo.adapters.killrvideo_csv import CsvSource
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.access import Role
from killrvideo.service_interfaces.catalogue import CatalogueSource
from killrvideo.service_interfaces.storage import Storage
from tests.builders.houses import TAGS, WORDS, Furnisher
from tests.builders.keeping import ORIGIN
from tests.builders.moving import differences, move
from tests.builders.sights import sights_of
from tests.builders.town import a_transfer
from tests.holding_still import CountingIds, ManualClock

PUBLIC = Path(__file__).resolve().parents[3] / "shared" / "data" / "killrvideo"
AFTER_THEM_ALL = datetime(2026, 12, 1, tzinfo=UTC)
"""When everything in the catalogues has happened."""


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


def demo() -> CatalogueSource:
    return DemoCatalogue()


def public() -> CatalogueSource:
    if not PUBLIC.is_dir():
        pytest.skip("the public data set is not beside the repository, in ../shared/data/killrvideo")
    return CsvSource(PUBLIC, [Role.VIEWER])


@pytest.mark.parametrize("catalogue", [demo, public])
async def test_whole_catalogues_move_too(
    home: SqliteStorage,
    storage: Storage,
    back: SqliteStorage,
    clock: ManualClock,
    ids: CountingIds,
    tmp_path: Path,
    catalogue: Callable[[], CatalogueSource],
) -> None:
    clock.advance(AFTER_THEM_ALL - clock.now())
    await a_transfer(home, clock, ids).load(ORIGIN, catalogue())
    words, tags = ("cassandra", "rain", "talk"), ("cassandra", "jazz")
    at_home = await sights_of(home, words, tags, closely=10)

    await move(home, storage, clock, tmp_path / "out")
    await move(storage, back, clock, tmp_path / "back")

    assert await differences(home, back, clock) == []
    assert await sights_of(storage, words, tags, closely=10) == at_home
    assert await sights_of(back, words, tags, closely=10) == at_home
