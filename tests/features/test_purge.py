"""The purge removes for good what is due, and nothing else."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.access import Role
from killrvideo.domain.accounts import Account, AccountStatus
from killrvideo.domain.activity import Activity, ActivityKind
from killrvideo.domain.events import Origin, RequestKey, VideoEdited
from killrvideo.domain.ids import ActivityId, ViewId
from killrvideo.domain.jobs import Job, JobKind
from killrvideo.domain.limits import RatePolicy
from killrvideo.domain.moderation import AuditAction
from killrvideo.domain.playback import View
from killrvideo.domain.removals import Cause, ContentType
from killrvideo.domain.videos import Video
from killrvideo.features.access import Access
from killrvideo.features.moderation import Moderation
from killrvideo.features.purge import PURGED_AT_ONCE, Purge, PurgeReport, Retention
from killrvideo.service_interfaces.hiding import hide_comment, hide_video
from tests.builders.accounts import an_account
from tests.builders.comments import a_comment
from tests.builders.keeping import ORIGIN, hide, keep, present
from tests.builders.sessions import a_session
from tests.builders.stored import a_stored_comment, a_stored_video, events, left_behind, somebody, trail
from tests.builders.videos import a_removal, a_video
from tests.holding_still import CountingIds, ManualClock

RETENTION = Retention(
    content=timedelta(days=30),
    events=timedelta(days=7),
    request_keys=timedelta(hours=24),
    request_counts=timedelta(minutes=2),
)
DUE = RETENTION.content + timedelta(milliseconds=1)
NOTHING = PurgeReport(videos=0, comments=0, activity=0, trends=0, sessions=0, jobs=0, events=0, requests=0)


@pytest.fixture
def purge(storage: SqliteStorage, clock: ManualClock, ids: CountingIds) -> Purge:
    return Purge(storage, clock, ids, RETENTION)


async def test_what_was_deleted_long_enough_ago_is_gone_with_all_that_hangs_on_it(
    storage: SqliteStorage, purge: Purge, clock: ManualClock
) -> None:
    on_video, alone = await a_stored_comment(storage), await a_stored_comment(storage)
    video = await present(storage, on_video.video_id)
    await hide(storage, video)
    await hide(storage, alone, Cause.MODERATION)
    clock.advance(DUE)
    report = await purge.run(ORIGIN)

    assert (report.videos, report.comments) == (1, 1)
    assert await storage.videos.get(video.id) is None
    assert await storage.comments.get(on_video.id) is None
    assert await storage.comments.get(alone.id) is None
    assert await storage.removals.of(ContentType.VIDEO, video.id) == []
    assert (await present(storage, alone.video_id)).is_public
    assert [(entry.action, entry.actor_id, entry.target_id) for entry in await trail(storage)] == [
        (AuditAction.CONTENT_PURGED, None, alone.id),
        (AuditAction.CONTENT_PURGED, None, video.id),
    ]
    assert (await events(storage))[-2:] == ["VideoPurged", "CommentPurged"]
    assert await purge.run(ORIGIN) == NOTHING


async def test_what_can_still_be_restored_stays(
    storage: SqliteStorage, purge: Purge, clock: ManualClock
) -> None:
    video, comment = await a_stored_video(storage), await a_stored_comment(storage)
    await hide(storage, video)
    await hide(storage, comment)
    clock.advance(RETENTION.content)
    assert await purge.run(ORIGIN) == NOTHING
    assert (await present(storage, video.id)).is_deleted


async def test_more_than_a_batch_goes_in_one_run(
    storage: SqliteStorage, purge: Purge, clock: ManualClock
) -> None:
    author, video = an_account(), await a_stored_video(storage)
    comments = [
        a_comment(video, author, causes=Cause.AUTHOR, deleted_at=clock.now())
        for _ in range(2 * PURGED_AT_ONCE + 1)
    ]
    await keep(storage, author, *comments)
    clock.advance(DUE)
    assert (await purge.run(ORIGIN)).comments == len(comments)


async def test_what_an_erased_account_left_behind_goes_too(
    storage: SqliteStorage, purge: Purge, clock: ManualClock
) -> None:
    leaving = an_account()
    video = a_video(leaving)
    comment = a_comment(await a_stored_video(storage), leaving)
    await keep(storage, leaving, video, comment)
    work = storage.begin("tests.erase", ORIGIN)
    storage.accounts.erase(work, leaving.changed(status=AccountStatus.ERASED))
    storage.removals.hide_all_of(work, leaving.id, leaving.id, clock.now(), None)
    await work.commit()
    clock.advance(DUE)
    report = await purge.run(ORIGIN)
    assert (report.videos, report.comments) == (1, 1)
    assert await storage.videos.get(video.id) is None
    assert await storage.comments.get(comment.id) is None


async def test_what_a_suspension_hides_comes_back_however_long_it_lasts(
    storage: SqliteStorage, purge: Purge, clock: ManualClock, ids: CountingIds
) -> None:
    moderator = await somebody(storage, Role.MODERATOR)
    access, account = Access(storage, clock, ids), an_account()
    video = a_video(account)
    comment = a_comment(await a_stored_video(storage), account)
    await keep(storage, account, video, comment)
    await access.suspend(moderator, account.id, "Spam.", hide_content=True)
    clock.advance(10 * DUE)
    report = await purge.run(ORIGIN)
    assert (report.videos, report.comments) == (0, 0)
    await access.reinstate(moderator, account.id, None)
    assert (await present(storage, video.id)).is_public


async def test_what_a_moderator_restores_first_stays(
    storage: SqliteStorage, purge: Purge, clock: ManualClock, ids: CountingIds
) -> None:
    moderator, video = await somebody(storage, Role.MODERATOR), await a_stored_video(storage)
    await hide(storage, video, Cause.MODERATION)
    clock.advance(DUE)
    moderation = Moderation(storage, clock, ids)
    gate = Event()

    async def open_gate() -> None:
        gate.set()

    # While the gate holds the writer, the purge reads the video as it was before its restoration.
    _, _, report, _ = await asyncio.gather(
        storage.database.write(lambda _: gate.wait(60), name="tests.gate"),
        moderation.restore_video(moderator, video.id),
        purge.run(ORIGIN),
        open_gate(),
    )
    assert report.videos == 0
    assert (await present(storage, video.id)).is_public


async def test_what_has_served_its_purpose_goes(
    storage: SqliteStorage, purge: Purge, clock: ManualClock, ids: CountingIds
) -> None:
    account, video = an_account(), await a_stored_video(storage)
    await keep(storage, account)
    await storage.limits.take(RatePolicy("login", quota=5, window=60), "somebody")
    key = RequestKey(owner="somebody", operation="videos_submit", key="k", fingerprint="f")
    work = storage.begin("tests.things", Origin(correlation_id="a-test", request_key=key))
    work.made(video.id)
    work.publish(VideoEdited(video_id=video.id))
    storage.sessions.open(work, a_session(account), b"digest")
    storage.activity.add(work, a_view_of(video, account, ids, clock))
    storage.playback.add_view(
        work, View(id=ViewId(ids.new()), video_id=video.id, viewer_id=None, at=clock.now())
    )
    storage.jobs.enqueue(work, Job.new(ids.new(), JobKind.VIDEO_PUBLISH, video.id, clock.now(), ORIGIN))
    await work.commit()
    await finish_everything(storage, clock)

    assert await purge.run(ORIGIN) == NOTHING
    clock.advance(timedelta(days=8))
    assert await purge.run(ORIGIN) == replace(NOTHING, events=1, requests=2)
    clock.advance(timedelta(days=24))
    assert await purge.run(ORIGIN) == replace(NOTHING, activity=1, trends=1, sessions=1, jobs=1)
    assert (await present(storage, video.id)).totals.views == 1


async def test_what_a_long_suspension_hid_first_is_kept_for_the_time_of_its_removal(
    storage: SqliteStorage, purge: Purge, clock: ManualClock, ids: CountingIds
) -> None:
    moderator = await somebody(storage, Role.MODERATOR)
    access, account = Access(storage, clock, ids), an_account()
    video = a_video(account)
    comment = a_comment(await a_stored_video(storage), account)
    await keep(storage, account, video, comment)
    await access.suspend(moderator, account.id, "Spam.", hide_content=True)
    clock.advance(DUE)
    work = storage.begin("tests.hide", ORIGIN)
    removed = a_removal(ContentType.VIDEO, video.id, Cause.MODERATION, clock.now())
    hide_video(storage, work, await present(storage, video.id), removed)
    removed = a_removal(ContentType.COMMENT, comment.id, Cause.MODERATION, clock.now())
    hidden = await storage.comments.get(comment.id)
    assert hidden is not None
    hide_comment(storage, work, hidden, removed)
    await work.commit()

    assert await purge.run(ORIGIN) == NOTHING
    clock.advance(DUE)
    report = await purge.run(ORIGIN)
    assert (report.videos, report.comments) == (1, 1)


def a_view_of(video: Video, account: Account, ids: CountingIds, clock: ManualClock) -> Activity:
    return Activity(
        id=ActivityId(ids.new()),
        account_id=account.id,
        kind=ActivityKind.VIEW,
        video_id=video.id,
        at=clock.now(),
    )


async def finish_everything(storage: SqliteStorage, clock: ManualClock) -> None:
    """The one job is done, and every event is handled."""
    soon = timedelta(minutes=1)
    job = await storage.jobs.claim(clock.now(), soon)
    assert job is not None
    work = storage.begin("tests.job", ORIGIN)
    storage.jobs.done(work, job)
    await work.commit()
    events = await left_behind(storage)
    in_use = clock.now() + timedelta(days=8)
    await storage.outbox.lease("everything", 0, "tests", clock.now(), in_use)
    assert await storage.outbox.handled("everything", 0, "tests", events)
