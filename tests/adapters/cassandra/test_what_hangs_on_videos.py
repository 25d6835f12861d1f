"""What hangs on a purged video, on Cassandra: gone from every table and count, also what came too late."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from killrvideo.adapters.cassandra.comments.comments import CassandraCommentStore
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import Foundation, planned
from killrvideo.domain.accounts import Account
from killrvideo.domain.activity import Activity, ActivityKind
from killrvideo.domain.comments import Comment
from killrvideo.domain.errors import StaleVersion, Unavailable
from killrvideo.domain.ids import ActivityId, ViewId
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.playback import View, WatchTime
from killrvideo.domain.ratings import Rating
from killrvideo.domain.removals import Cause
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.units import UnitOfWork
from tests.adapters.cassandra.catalogue import Catalogue
from tests.backends import EmptiedSession
from tests.builders.accounts import an_account
from tests.builders.comments import a_comment
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, change, hide, keep, present
from tests.builders.stored import present_comment
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock

TABLES = (
    "comments",
    "comments_on_video",
    "comments_by_author",
    "deleted_comments",
    "ratings",
    "ratings_by_account",
    "views",
    "watch_time",
    "watched_months",
    "views_by_viewer",
    "watch_time_by_viewer",
)


def a_rating(video: Video, account: Account, stars: int = 4) -> Rating:
    return Rating(video_id=video.id, account_id=account.id, stars=stars, created_at=START, updated_at=START)


async def used(storage: CassandraStorage, video: Video, who: Account) -> Sequence[Comment]:
    """Everything that can hang on it, in two months."""
    comments = [a_comment(video, who) for _ in range(3)]
    views = [
        View(
            id=ViewId(IDS.new()), video_id=video.id, viewer_id=viewer_id, at=START - days * timedelta(days=1)
        )
        for viewer_id in (who.id, None)
        for days in (0, 40)
    ]
    await keep(storage, *comments, a_rating(video, who), *views)
    work = storage.begin("tests.use", ORIGIN)
    storage.playback.add_watch_time(
        work, WatchTime(id=ViewId(IDS.new()), video_id=video.id, viewer_id=who.id, seconds=9, at=START)
    )
    storage.activity.add(
        work,
        Activity(
            id=ActivityId(IDS.new()), account_id=who.id, kind=ActivityKind.RATE, video_id=video.id, at=START
        ),
    )
    await work.commit()
    return comments


async def purge(storage: CassandraStorage, video: Video) -> None:
    work = storage.begin("tests.purge", ORIGIN)
    storage.videos.purge(work, await present(storage, video.id))
    await work.commit()


async def left(session: EmptiedSession) -> dict[str, int]:
    """How many rows each of the tables still has."""
    counts = {table: len(await session.all_rows(f"SELECT * FROM {table}")) for table in TABLES}
    return {table: count for table, count in counts.items() if count}


async def test_nothing_is_left_in_any_table_or_count(
    storage: CassandraStorage, session: EmptiedSession
) -> None:
    who = an_account()
    video = a_video(who)
    await keep(storage, who, video)
    comments = await used(storage, video, who)
    await hide(storage, comments[0], Cause.MODERATION)
    await purge(storage, video)
    assert await left(session) == {}
    assert (await storage.comments.by_author(who.id, PageRequest())).total == 0
    assert await storage.comments.count() == 0
    assert await storage.activity.all_of(who.id) == []


async def test_another_video_keeps_what_hangs_on_it(storage: CassandraStorage) -> None:
    who = an_account()
    video, other = a_video(who), a_video(who)
    await keep(storage, who, video, other)
    await used(storage, video, who)
    kept = await used(storage, other, who)
    await purge(storage, video)
    page = await storage.comments.by_author(who.id, PageRequest())
    assert {comment.id for comment in page.items} == {comment.id for comment in kept}
    assert page.total == await storage.comments.count() == 3
    assert await storage.ratings.all_of(who.id) == [a_rating(other, who)]
    assert {view.video_id for view in await storage.playback.views_of(who.id)} == {other.id}
    assert len(await storage.activity.all_of(who.id)) == 1


async def test_what_crosses_the_purge_goes_a_minute_later(
    storage: CassandraStorage, session: EmptiedSession
) -> None:
    who = an_account()
    video = a_video(who)
    await keep(storage, who, video)
    await purge(storage, video)
    await used(storage, video, who)
    assert await storage.ratings.all_of(who.id) == []
    assert await storage.videos.tend(settled=timedelta()) == 1
    assert await left(session) == {}


class EditedMeanwhile(CassandraCommentStore):
    """Somebody edits each comment so often, right when it is to be purged."""

    def __init__(self, on: Foundation, storage: CassandraStorage, edits: int) -> None:
        super().__init__(on)
        self._storage = storage
        self._edits = edits

    def purge(self, work: UnitOfWork, comment: Comment) -> None:
        async def edit(_plan: Plan) -> None:
            if comment.version <= self._edits:
                await change(self._storage, comment.changed(text=f"Edit {comment.version}."))

        planned(work).plan(edit)
        super().purge(work, comment)


async def test_a_comment_that_is_edited_during_the_last_pass_goes_all_the_same(
    storage: CassandraStorage, session: EmptiedSession, clock: ManualClock, ids: CountingIds
) -> None:
    who, catalogue = an_account(), Catalogue(session, clock, ids)
    video = a_video(who)
    await keep(storage, who, video)
    await purge(storage, video)
    await keep(storage, a_comment(video, who), a_comment(video, who))
    EditedMeanwhile(catalogue.on, storage, edits=2)
    assert await catalogue.videos.tend(settled=timedelta()) == 1
    assert await left(session) == {}
    assert await storage.comments.count() == 0


async def test_a_purge_is_not_over_while_a_comment_stays(
    storage: CassandraStorage, session: EmptiedSession, clock: ManualClock, ids: CountingIds
) -> None:
    who, catalogue = an_account(), Catalogue(session, clock, ids)
    video = a_video(who)
    await keep(storage, who, video)
    await purge(storage, video)
    await keep(storage, a_comment(video, who))
    EditedMeanwhile(catalogue.on, storage, edits=1000)
    with pytest.raises(Unavailable):
        await catalogue.videos.tend(settled=timedelta())
    assert await storage.videos.tend(settled=timedelta()) == 1
    assert await left(session) == {}


async def test_of_changes_that_cross_one_is_refused_and_counts_follow(storage: CassandraStorage) -> None:
    who = an_account()
    video = a_video(who)
    comments = [a_comment(video, who) for _ in range(10)]
    await keep(storage, who, video, *comments)
    edits = [change(storage, comment.changed(text=text)) for comment in comments for text in ("One.", "Two.")]
    removals = [hide(storage, comment) for comment in comments]
    outcomes = await asyncio.gather(*edits, *removals, return_exceptions=True)
    refused = [outcome for outcome in outcomes if outcome is not None]
    assert len(refused) == 2 * len(comments)
    assert all(isinstance(outcome, StaleVersion) for outcome in refused)
    shown = [comment for comment in comments if not (await present_comment(storage, comment.id)).causes]
    for page in (
        await storage.comments.on_video(video.id, PageRequest(size=20)),
        await storage.comments.by_author(who.id, PageRequest(size=20)),
    ):
        assert (len(page.items), page.total) == (len(shown), len(shown))
    assert await storage.comments.count() == len(shown)
