"""Moving house: into empty houses only, in one go or in several, and what stays behind."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from killrvideo.adapters.house_archive import ArchiveFolderWriter
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.activity import KEPT_FOR, Activity, ActivityKind
from killrvideo.domain.ids import ActivityId
from killrvideo.domain.jobs import Job, JobKind
from killrvideo.domain.videos import VideoStatus
from killrvideo.features.moving import Moving
from killrvideo.service_interfaces.failpoints import Failpoints
from killrvideo.service_interfaces.moving import HoldingKind, MoveRefused
from tests.builders.accounts import an_account
from tests.builders.comments import a_comment
from tests.builders.houses import TAGS, WORDS, Furnisher
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, change, keep
from tests.builders.moving import archive_of, differences, move
from tests.builders.sessions import a_session
from tests.builders.sights import sights_of
from tests.builders.stored import events
from tests.builders.town import a_rating
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock

ANN = an_account(first_name="Ann")
RAIN = a_video(ANN, title="An hour of rain")


class Crash(Exception):
    """Nobody handles it, as nobody handles a power cut."""


class DiesAt:
    """Keeps Failpoints: raises at the N-th time that the point is reached."""

    def __init__(self, point: str, time: int) -> None:
        self._point = point
        self._left = time

    def reach(self, name: str) -> None:
        self._left -= name == self._point
        if name == self._point and not self._left:
            raise Crash


class Watched:
    """Keeps MovingProgress."""

    def __init__(self) -> None:
        self.expected: Counter[HoldingKind] = Counter()
        self.done: Counter[HoldingKind] = Counter()

    def expect(self, kind: HoldingKind, rows: int) -> None:
        self.expected[kind] += rows

    def advance(self, kind: HoldingKind, rows: int) -> None:
        self.done[kind] += rows


@pytest.fixture
async def elsewhere(tmp_path: Path, clock: ManualClock, ids: CountingIds) -> AsyncIterator[SqliteStorage]:
    """Another house, with nothing in it."""
    storage = SqliteStorage(tmp_path / "elsewhere.db", clock, ids, synchronous="off")
    await storage.open()
    yield storage
    await storage.close()


async def test_a_house_moves_into_an_empty_one_only(
    storage: SqliteStorage, elsewhere: SqliteStorage, clock: ManualClock, tmp_path: Path
) -> None:
    await keep(storage, ANN)
    await keep(elsewhere, an_account())

    with pytest.raises(MoveRefused, match=r"^There are accounts here already. A house moves into an empty"):
        await move(storage, elsewhere, clock, tmp_path / "archive")

    assert await elsewhere.accounts.get(ANN.id) is None


async def test_an_empty_house_can_move_too(
    storage: SqliteStorage, elsewhere: SqliteStorage, clock: ManualClock, tmp_path: Path
) -> None:
    await move(storage, elsewhere, clock, tmp_path / "archive")
    await keep(elsewhere, ANN)
    assert await elsewhere.holdings.reached() is None


@pytest.mark.parametrize("time", [1, 2, 5, 11, 12])
async def test_a_move_that_was_broken_off_goes_on_where_it_was(
    storage: SqliteStorage,
    elsewhere: SqliteStorage,
    clock: ManualClock,
    ids: CountingIds,
    tmp_path: Path,
    time: int,
) -> None:
    await Furnisher(storage, Random(time)).furnish()
    archive = await archive_of(storage, clock, tmp_path / "archive")
    await elsewhere.close()
    failpoints: Failpoints = DiesAt("holdings.put:collected", time)
    dying = SqliteStorage(tmp_path / "elsewhere.db", clock, ids, synchronous="off", failpoints=failpoints)
    await dying.open()

    with pytest.raises(Crash):
        await Moving(dying.holdings, clock).enter(archive)
    await dying.close()
    await elsewhere.open()
    await Moving(elsewhere.holdings, clock).enter(archive)

    assert await differences(storage, elsewhere, clock) == []
    assert await sights_of(elsewhere, WORDS, TAGS) == await sights_of(storage, WORDS, TAGS)
    assert await elsewhere.holdings.reached() is None


async def test_while_one_archive_moves_in_another_is_refused(
    storage: SqliteStorage, clock: ManualClock, ids: CountingIds, tmp_path: Path
) -> None:
    await keep(storage, ANN)
    one = await archive_of(storage, clock, tmp_path / "one")
    await keep(storage, an_account())
    other = await archive_of(storage, clock, tmp_path / "other")
    failpoints = DiesAt("holdings.moved_in:collected", 1)
    dying = SqliteStorage(tmp_path / "dying.db", clock, ids, synchronous="off", failpoints=failpoints)
    await dying.open()
    with pytest.raises(Crash):
        await Moving(dying.holdings, clock).enter(one)

    with pytest.raises(MoveRefused, match="Another archive has begun to move in here"):
        await Moving(dying.holdings, clock).enter(other)
    await Moving(dying.holdings, clock).enter(one)

    assert await dying.accounts.count() == 1
    await dying.close()


async def test_what_belongs_to_the_moment_stays_behind(
    storage: SqliteStorage, elsewhere: SqliteStorage, clock: ManualClock, tmp_path: Path
) -> None:
    pending = a_video(ANN, status=VideoStatus.PENDING)
    await keep(storage, ANN, pending)
    work = storage.begin("tests.busy", ORIGIN)
    storage.sessions.open(work, a_session(ANN), b"digest")
    storage.jobs.enqueue(work, Job.new(IDS.new(), JobKind.VIDEO_METADATA, pending.id, START, ORIGIN))
    await work.commit()

    await move(storage, elsewhere, clock, tmp_path / "archive")

    assert await elsewhere.sessions.all_of(ANN.id) == []
    assert await elsewhere.jobs.for_subject(pending.id) == []
    assert await events(elsewhere) == []
    # The workers of the new house find that it lacks a job.
    assert [video.id for video in await elsewhere.videos.unfinished(START + KEPT_FOR, 10)] == [pending.id]


async def test_activity_that_is_about_to_be_purged_is_not_carried(
    storage: SqliteStorage, elsewhere: SqliteStorage, clock: ManualClock, tmp_path: Path
) -> None:
    await keep(storage, ANN, RAIN)
    work = storage.begin("tests.watch", ORIGIN)
    for age in (KEPT_FOR, KEPT_FOR + timedelta(milliseconds=1)):
        entry = Activity(
            id=ActivityId(IDS.new()),
            account_id=ANN.id,
            kind=ActivityKind.VIEW,
            video_id=RAIN.id,
            at=START - age,
        )
        storage.activity.add(work, entry)
    await work.commit()

    await move(storage, elsewhere, clock, tmp_path / "archive")

    assert [entry.at for entry in await elsewhere.activity.all_of(ANN.id)] == [START - KEPT_FOR]
    assert await differences(storage, elsewhere, clock) == []


async def test_differences_are_listed_row_by_row(
    storage: SqliteStorage, elsewhere: SqliteStorage, clock: ManualClock, tmp_path: Path
) -> None:
    rating = a_rating(RAIN, ANN, 4)
    await keep(storage, ANN, RAIN, rating)
    await move(storage, elsewhere, clock, tmp_path / "archive")
    mine, theirs = a_comment(RAIN, ANN), a_comment(RAIN, ANN)
    await keep(storage, mine)
    await keep(elsewhere, theirs, a_rating(RAIN, ANN, 5))
    await change(elsewhere, RAIN.changed(START, title="Two hours of rain"))

    found = await differences(storage, elsewhere, clock)

    assert [(each.kind, each.key, each.here is None, each.there is None) for each in found] == [
        (HoldingKind.VIDEOS, str(RAIN.id), False, False),
        (HoldingKind.COMMENTS, str(mine.id), False, True),
        (HoldingKind.COMMENTS, str(theirs.id), True, False),
        (HoldingKind.RATINGS, f"{RAIN.id} {ANN.id}", False, False),
    ]
    [video, *_] = found
    assert video.there is not None
    assert "Two hours of rain" in video.there


async def test_progress_comes_to_its_end_both_ways(
    storage: SqliteStorage, elsewhere: SqliteStorage, clock: ManualClock, tmp_path: Path
) -> None:
    await Furnisher(storage, Random(0)).furnish()
    archive = await archive_of(storage, clock, tmp_path / "one")
    leaving, entering = Watched(), Watched()
    folder = tmp_path / "other"
    await asyncio.to_thread(folder.mkdir)

    written = await Moving(storage.holdings, clock).leave(ArchiveFolderWriter(folder), leaving)
    there = await Moving(elsewhere.holdings, clock).enter(archive, entering)

    assert written == there
    assert entering.done == entering.expected == Counter(there)
    assert leaving.done == Counter(there)
    assert min(there.values()) > 0


async def test_an_embedded_house_is_read_as_of_one_moment(storage: SqliteStorage) -> None:
    await keep(storage, ANN)

    async with storage.holdings.opened() as inventory:
        await keep(storage, an_account(), RAIN)
        accounts = [row async for piece in inventory.rows(HoldingKind.ACCOUNTS) for row in piece]
        videos = [row async for piece in inventory.rows(HoldingKind.VIDEOS) for row in piece]

    assert (len(accounts), videos) == (1, [])
