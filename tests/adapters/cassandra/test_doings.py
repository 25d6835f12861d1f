"""What an account watched and did, on Cassandra: read in two round trips, and nobody's once it is erased."""

from datetime import timedelta

from killrvideo.adapters.cassandra.accounts.rows import account_guard
from killrvideo.adapters.cassandra.cluster.trips import counted
from killrvideo.adapters.cassandra.playback.erased_viewers import AT_ONCE, ErasedViewers
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import Foundation, planned
from killrvideo.adapters.failpoints import NO_FAILPOINTS
from killrvideo.domain.accounts import Account, AccountStatus
from killrvideo.domain.activity import Activity, ActivityKind
from killrvideo.domain.ids import ActivityId, ViewId
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.playback import View, WatchTime
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.moving import HoldingKind
from tests.backends import EmptiedSession
from tests.builders.accounts import an_account
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, hide, keep, present
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock

MINUTE = timedelta(minutes=1)
LONG_AGO = START - timedelta(days=30)


def a_view(video: Video, viewer: Account, minutes: int = 0) -> View:
    return View(id=ViewId(IDS.new()), video_id=video.id, viewer_id=viewer.id, at=START - minutes * MINUTE)


async def did(storage: CassandraStorage, who: Account, *videos: Video) -> None:
    """Watches them for a minute and half."""
    work = storage.begin("tests.doings", ORIGIN)
    for video in videos:
        storage.activity.add(
            work,
            Activity(
                id=ActivityId(IDS.new()),
                account_id=who.id,
                kind=ActivityKind.VIEW,
                video_id=video.id,
                at=START,
            ),
        )
        storage.playback.add_watch_time(
            work,
            WatchTime(id=ViewId(IDS.new()), video_id=video.id, viewer_id=who.id, seconds=90, at=START),
        )
    await work.commit()


async def erase(storage: CassandraStorage, account: Account) -> None:
    work = storage.begin("tests.erase", ORIGIN)
    storage.accounts.erase(work, account.changed(status=AccountStatus.ERASED))
    await work.commit()


async def viewers(storage: CassandraStorage, kind: HoldingKind) -> list[object]:
    """Of all rows that are kept."""
    async with storage.holdings.opened() as house:
        rows = [row async for piece in house.rows(kind) for row in piece]
    return [row.viewer_id for row in rows if isinstance(row, View | WatchTime)]


async def test_what_was_watched_last_takes_two_round_trips(storage: CassandraStorage) -> None:
    viewer = an_account()
    videos = [a_video(viewer) for _ in range(12)]
    await keep(storage, viewer, *videos, *(a_view(video, viewer, n) for n, video in enumerate(videos)))
    await hide(storage, videos[0])
    with counted() as trips:
        found = await storage.playback.watched_by(viewer.id, 5)
    assert (trips.sequential, found) == (2, [video.id for video in videos[1:6]])


async def test_what_was_watched_again_and_again_hides_nothing(storage: CassandraStorage) -> None:
    viewer = an_account()
    loved, other = a_video(viewer), a_video(viewer)
    again = [a_view(loved, viewer, minutes) for minutes in range(40)]
    await keep(storage, viewer, loved, other, *again, a_view(other, viewer, 60))
    assert await storage.playback.watched_by(viewer.id, 2) == [loved.id, other.id]


async def test_recent_doings_take_two_round_trips(storage: CassandraStorage) -> None:
    who = an_account()
    videos = [a_video(who) for _ in range(15)]
    await keep(storage, who, *videos)
    await did(storage, who, *videos)
    first = await storage.activity.of_account(who.id, None, LONG_AGO, PageRequest())
    for kind, wanted in ((None, PageRequest()), (ActivityKind.VIEW, PageRequest(size=5, after=first.next))):
        with counted() as trips:
            page = await storage.activity.of_account(who.id, kind, LONG_AGO, wanted)
        assert (trips.sequential, len(page.items), page.total) == (2, wanted.size, 15)


async def test_all_that_an_erased_account_watched_is_nobodys_in_the_end(
    storage: CassandraStorage, session: EmptiedSession, clock: ManualClock, ids: CountingIds
) -> None:
    uploader, viewer, other = an_account(), an_account(), an_account()
    video = a_video(uploader)
    many = [a_view(video, viewer, minutes) for minutes in range(AT_ONCE + 20)]
    await keep(storage, uploader, viewer, other, video, a_view(video, other))
    for start in range(0, len(many), 40):
        await keep(storage, *many[start : start + 40])
    await did(storage, viewer, video)
    await erase(storage, viewer)
    assert await storage.playback.watch_time_of(viewer.id) == []
    assert await storage.activity.all_of(viewer.id) == []
    viewers_left = ErasedViewers(Foundation(session, clock, ids, NO_FAILPOINTS))
    assert await viewers_left.tend(settled=timedelta()) == 1
    assert await viewers_left.tend(settled=timedelta()) == 0
    assert await storage.playback.views_of(viewer.id) == []
    assert await viewers(storage, HoldingKind.WATCH_TIME) == [None]
    seen_by = await viewers(storage, HoldingKind.VIEWS)
    assert (seen_by.count(None), seen_by.count(other.id), len(seen_by)) == (len(many), 1, len(many) + 1)
    assert (await present(storage, video.id)).totals.views == len(many) + 1


async def test_what_crosses_the_erasure_is_forgotten_too(
    storage: CassandraStorage, session: EmptiedSession, clock: ManualClock, ids: CountingIds
) -> None:
    viewer = an_account()
    video = a_video(viewer)
    await keep(storage, viewer, video)
    crossing = storage.begin("tests.view", ORIGIN)

    async def erased_meanwhile(plan: Plan) -> None:
        plan.known[account_guard(viewer.id)] = await storage.accounts.get(viewer.id)
        await erase(storage, viewer)

    planned(crossing).plan(erased_meanwhile)
    storage.playback.add_view(crossing, a_view(video, viewer))
    storage.activity.add(
        crossing,
        Activity(
            id=ActivityId(IDS.new()),
            account_id=viewer.id,
            kind=ActivityKind.VIEW,
            video_id=video.id,
            at=START,
        ),
    )
    await crossing.commit()
    assert await storage.activity.all_of(viewer.id) == []
    await ErasedViewers(Foundation(session, clock, ids, NO_FAILPOINTS)).tend(settled=timedelta())
    assert await storage.playback.views_of(viewer.id) == []
    assert await viewers(storage, HoldingKind.VIEWS) == [None]
