"""Moving into Cassandra when a process dies over it, and out of it when not everything is finished."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from killrvideo.adapters.cassandra.lists.lanes import LANES
from killrvideo.adapters.cassandra.units.units import Foundation
from killrvideo.adapters.failpoints import NO_FAILPOINTS
from killrvideo.adapters.house_archive import ArchiveFolder
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.ids import ViewId
from killrvideo.domain.playback import View
from killrvideo.features.hiding import ONCE_MORE_AFTER
from killrvideo.features.moving import Moving
from killrvideo.service_interfaces.failpoints import Failpoints
from killrvideo.service_interfaces.moving import HoldingKind, MoveRefused
from tests.adapters.cassandra.crashing import Crash
from tests.backends import EmptiedSession, SharedStorage
from tests.builders.accounts import an_account
from tests.builders.hiding import carried_out
from tests.builders.houses import TAGS, WORDS, Furnisher
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, keep
from tests.builders.moving import archive_of, differences
from tests.builders.sights import sights_of
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock


class DiesAtTime:
    """Keeps Failpoints: raises at the N-th time that the point is reached."""

    def __init__(self, point: str, time: int) -> None:
        self._point = point
        self._left = time

    def reach(self, name: str) -> None:
        self._left -= name == self._point
        if name == self._point and self._left <= 0:
            raise Crash(name)


@pytest.fixture
async def home(tmp_path: Path, clock: ManualClock, ids: CountingIds) -> AsyncIterator[SqliteStorage]:
    storage = SqliteStorage(tmp_path / "home.db", clock, ids, synchronous="off")
    await storage.open()
    await Furnisher(storage, Random(11)).furnish()
    yield storage
    await storage.close()


@pytest.fixture
async def archive(home: SqliteStorage, clock: ManualClock, tmp_path: Path) -> ArchiveFolder:
    return await archive_of(home, clock, tmp_path / "archive")


@pytest.mark.parametrize("step", ["collected", "statement-1", "applied"])
@pytest.mark.parametrize("time", [1, 4, 9])
async def test_what_a_dead_process_left_is_completed_and_nothing_is_there_twice(
    session: EmptiedSession,
    home: SqliteStorage,
    storage: SharedStorage,
    archive: ArchiveFolder,
    clock: ManualClock,
    ids: CountingIds,
    step: str,
    time: int,
) -> None:
    failpoints: Failpoints = DiesAtTime(f"holdings.put:{step}", time)
    dying = SharedStorage(session, clock, ids, failpoints=failpoints)

    with pytest.raises(Crash):
        await Moving(dying.holdings, clock).enter(archive)
    # As if half a minute went by: what was begun counts as abandoned.
    await Foundation(session, clock, ids, NO_FAILPOINTS).repair.run(lambda _intent: True)
    await Moving(storage.holdings, clock).enter(archive)

    assert await differences(home, storage, clock) == []
    assert await sights_of(storage, WORDS, TAGS) == await sights_of(home, WORDS, TAGS)


async def test_a_house_is_not_left_while_an_accounts_content_is_being_hidden(
    storage: SharedStorage, clock: ManualClock, ids: CountingIds, tmp_path: Path
) -> None:
    ann = an_account()
    await keep(storage, ann, a_video(ann))
    work = storage.begin("tests.hide", ORIGIN)
    storage.removals.hide_all_of(work, ann.id, None, START, None)
    await work.commit()

    with pytest.raises(MoveRefused, match=f"^All that the account {ann.id} made is being hidden or shown"):
        await archive_of(storage, clock, tmp_path / "early")
    await carried_out(storage)
    await carried_out(storage, START + ONCE_MORE_AFTER)

    assert await (await archive_of(storage, clock, tmp_path / "late")).count(HoldingKind.VIDEOS) == 1


async def test_views_of_an_account_that_was_erased_this_moment_are_carried_without_its_name(
    session: EmptiedSession, storage: SharedStorage, clock: ManualClock
) -> None:
    ann = an_account()
    rain = a_video(ann)
    view = View(id=ViewId(IDS.new()), video_id=rain.id, viewer_id=ann.id, at=START)
    await keep(storage, ann, rain, view)
    # As one of so many that they do not all go with the erasure itself.
    await session.write(
        "INSERT INTO erased_viewers (lane, id, erased_at) VALUES (:lane, :id, :erased_at)",
        {"lane": ann.id.int % LANES, "id": ann.id, "erased_at": START.replace(year=2100)},
    )

    async with storage.holdings.opened() as inventory:
        views = [row async for piece in inventory.rows(HoldingKind.VIEWS) for row in piece]

    assert views == [replace(view, viewer_id=None)]
