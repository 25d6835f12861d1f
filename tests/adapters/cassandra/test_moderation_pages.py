"""Flags, removals and the audit trail on Cassandra: two round trips a page, bounded counts, crashes."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from killrvideo.adapters.cassandra.cluster.trips import counted
from killrvideo.adapters.cassandra.moderation import audit
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.domain.accounts import Account
from killrvideo.domain.errors import AlreadyFlagged, StaleVersion
from killrvideo.domain.ids import AccountId
from killrvideo.domain.moderation import AuditAction, AuditEntry, AuditFilter, Flag, FlagStatus
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.removals import Cause, ContentType
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.hiding import hide_video
from tests.adapters.cassandra.crashing import Crash, DiesAt
from tests.backends import EmptiedSession, SharedStorage
from tests.builders.accounts import an_account
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, keep, present
from tests.builders.moderation import a_flag, an_entry
from tests.builders.videos import a_removal, a_video
from tests.holding_still import START, CountingIds, ManualClock

DAY = timedelta(days=1)
ANN = an_account()
VIDEO = a_video(ANN)
ACTOR = AccountId(IDS.new())
TARGET = IDS.new()
ALL = PageRequest(size=100)

Read = Callable[[CassandraStorage, PageRequest], Awaitable[Page[Any]]]
READS: dict[str, Read] = {
    "flags": lambda storage, wanted: storage.flags.page(wanted),
    "open flags": lambda storage, wanted: storage.flags.page(wanted, status=FlagStatus.OPEN),
    "flags on a video": lambda storage, wanted: storage.flags.page(wanted, video_id=VIDEO.id),
    "removals": lambda storage, wanted: storage.removals.page(None, wanted),
    "removed videos": lambda storage, wanted: storage.removals.page(ContentType.VIDEO, wanted),
    "audit": lambda storage, wanted: storage.audit.page(AuditFilter(), wanted),
    "audit by action": lambda storage, wanted: storage.audit.page(
        AuditFilter(action=AuditAction.CONTENT_REMOVED), wanted
    ),
    "audit by actor": lambda storage, wanted: storage.audit.page(AuditFilter(actor_id=ACTOR), wanted),
    "audit by target": lambda storage, wanted: storage.audit.page(AuditFilter(target_id=TARGET), wanted),
    "audit of a time": lambda storage, wanted: storage.audit.page(
        AuditFilter(since=START - 100 * DAY, until=START + DAY), wanted
    ),
}


async def flag(storage: CassandraStorage, *flags: Flag) -> None:
    work = storage.begin("tests.flag", ORIGIN)
    for each in flags:
        storage.flags.add(work, each)
    await work.commit()


async def note(storage: CassandraStorage, *entries: AuditEntry) -> None:
    work = storage.begin("tests.note", ORIGIN)
    for each in entries:
        storage.audit.add(work, each)
    await work.commit()


async def some_of_each(storage: CassandraStorage) -> None:
    """Twelve of each kind, one a day."""
    work = storage.begin("tests.some", ORIGIN)
    for number in range(12):
        at = START - number * DAY
        storage.flags.add(work, a_flag(an_account(), VIDEO, created_at=at))
        storage.removals.add(work, a_removal(ContentType.VIDEO, IDS.new(), Cause.AUTHOR, at))
        storage.audit.add(work, an_entry(TARGET, at=at, actor_id=ACTOR))
    await work.commit()


@pytest.mark.parametrize("name", READS)
async def test_a_page_takes_two_round_trips(storage: CassandraStorage, name: str) -> None:
    await some_of_each(storage)
    read = READS[name]
    first = await read(storage, PageRequest(size=5))
    assert (len(first.items), first.total) == (5, 12)
    # What was read first has told which days there are.
    for wanted in (PageRequest(size=5), PageRequest(size=5, after=first.next), PageRequest(number=3, size=5)):
        with counted() as trips:
            page = await read(storage, wanted)
        assert trips.sequential == 2
        assert (page.total, len(page.items)) == (12, 2 if wanted.number == 3 else 5)


async def test_single_reads_take_one_round_trip(storage: CassandraStorage) -> None:
    await some_of_each(storage)
    mine = a_flag(ANN, VIDEO)
    await flag(storage, mine)
    await storage.flags.count_open()
    for reading in (
        storage.flags.get(mine.id),
        storage.flags.count_open(),
        storage.removals.of(ContentType.VIDEO, VIDEO.id),
        storage.removals.order_for(ANN.id),
    ):
        with counted() as trips:
            await reading
        assert trips.sequential == 1
    with counted() as trips:
        assert await storage.flags.all_of(ANN.id) == [mine]
    assert trips.sequential == 2


async def test_totals_of_a_chosen_part_of_the_trail_stop_counting(
    storage: CassandraStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await some_of_each(storage)
    monkeypatch.setattr(audit, "COUNTED_AT_MOST", 7)

    for chosen in (AuditFilter(actor_id=ACTOR), AuditFilter(target_id=TARGET), AuditFilter(until=START)):
        page = await storage.audit.page(chosen, PageRequest(size=5))
        assert (page.total, page.total_is_capped) == (7, True)
    exact = await storage.audit.page(AuditFilter(action=AuditAction.CONTENT_REMOVED), PageRequest(size=5))
    assert (exact.total, exact.total_is_capped) == (12, False)
    few = await storage.audit.page(AuditFilter(since=START - 3 * DAY), PageRequest(size=5))
    assert (len(few.items), few.total, few.total_is_capped) == (4, 4, False)


async def test_two_first_readers_at_once_read_the_same(
    storage: CassandraStorage, session: EmptiedSession, clock: ManualClock, ids: CountingIds
) -> None:
    await some_of_each(storage)
    chosen = AuditFilter(since=START - 100 * DAY)

    # The page and the counting of its total both look for the days.
    page = await SharedStorage(session, clock, ids).audit.page(chosen, ALL)

    assert (len(page.items), page.total) == (12, 12)


async def test_a_page_of_removals_goes_on_between_two_causes_of_one_thing(storage: CassandraStorage) -> None:
    work = storage.begin("tests.remove", ORIGIN)
    for cause in (Cause.AUTHOR, Cause.MODERATION, Cause.ACCOUNT):
        storage.removals.add(work, a_removal(ContentType.VIDEO, TARGET, cause, START))
    await work.commit()

    found, wanted = [], PageRequest(size=1)
    while True:
        page = await storage.removals.page(None, wanted)
        found += [removal.cause for removal in page.items]
        if page.next is None:
            break
        wanted = PageRequest(size=1, after=page.next)

    assert found == [Cause.ACCOUNT, Cause.MODERATION, Cause.AUTHOR]


async def test_a_cause_that_comes_and_goes_in_one_unit_is_counted_right(storage: CassandraStorage) -> None:
    removal = a_removal(ContentType.VIDEO, TARGET, Cause.AUTHOR, START)
    work = storage.begin("tests.remove", ORIGIN)
    storage.removals.add(work, removal)
    storage.removals.lift(work, ContentType.VIDEO, TARGET, Cause.AUTHOR)
    storage.removals.add(work, removal)
    await work.commit()

    page = await storage.removals.page(ContentType.VIDEO, ALL)
    assert (page.items, page.total) == ((removal,), 1)


@pytest.fixture
async def flagged(storage: CassandraStorage) -> tuple[Account, Video, Flag]:
    owner = an_account()
    video = a_video(owner)
    await keep(storage, owner, video)
    raised = a_flag(owner, video)
    await flag(storage, raised)
    return owner, video, raised


def approve(storage: CassandraStorage, video: Video, raised: Flag, by: Account) -> Awaitable[None]:
    """Moves the flag and hides what it is on, as a moderator does."""
    work = storage.begin("tests.approve", ORIGIN)
    storage.flags.replace(work, raised.moved(FlagStatus.APPROVED, by.id, None, START))
    removal = a_removal(ContentType.VIDEO, video.id, Cause.MODERATION, START, by=by.id)
    hide_video(storage, work, video, removal)
    return work.commit()


@pytest.mark.parametrize("point", ["collected", "statement-1", "statement-2", "applied", "committed"])
async def test_a_flag_and_what_it_is_on_change_together_whatever_dies(
    storage: CassandraStorage,
    session: EmptiedSession,
    clock: ManualClock,
    flagged: tuple[Account, Video, Flag],
    point: str,
) -> None:
    owner, video, raised = flagged
    dying = SharedStorage(session, clock, CountingIds(), failpoints=DiesAt(f"tests.approve:{point}"))
    with pytest.raises(Crash):
        await approve(dying, video, raised, owner)
    await storage._on.repair.run(lambda _intent: True)

    done = point in {"statement-2", "applied", "committed"}
    found = await storage.flags.get(raised.id)
    assert found is not None
    assert (found.status is FlagStatus.APPROVED) is done
    assert (await present(storage, video.id)).is_deleted is done
    assert (await storage.removals.page(None, ALL)).total == int(done)
    assert await storage.flags.count_open() == int(not done)
    again = a_flag(owner, video)
    if done:
        await flag(storage, again)  # The first one is resolved.
    else:
        with pytest.raises(AlreadyFlagged):
            await flag(storage, again)
        await approve(storage, video, raised, owner)


async def test_a_flag_that_is_refused_with_its_video_stays_open(
    storage: CassandraStorage, flagged: tuple[Account, Video, Flag]
) -> None:
    owner, video, raised = flagged
    work = storage.begin("tests.edit", ORIGIN)
    storage.videos.replace(work, video.changed(START, title="Another title"))
    await work.commit()

    with pytest.raises(StaleVersion):
        await approve(storage, video, raised, owner)

    assert await storage.flags.get(raised.id) == raised
    with pytest.raises(AlreadyFlagged):
        await flag(storage, a_flag(owner, video))
