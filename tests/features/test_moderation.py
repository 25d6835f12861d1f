"""Lifting removals by moderation, looking at what is hidden, and reading the trail."""

import asyncio
from datetime import timedelta

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.access import Role
from killrvideo.domain.errors import (
    CommentNotFound,
    MissingScope,
    NotRemovedByModeration,
    NotSignedIn,
    VideoNotFound,
)
from killrvideo.domain.ids import CommentId, VideoId
from killrvideo.domain.moderation import AuditAction, AuditFilter
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.removals import Cause, ContentType
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.videos import Video
from killrvideo.features.moderation import EXCERPT_LONGEST, Moderation
from tests.builders.accounts import an_account
from tests.builders.callers import NOBODY
from tests.builders.keeping import ORIGIN, hide, present
from tests.builders.stored import (
    a_stored_comment,
    a_stored_video,
    events,
    present_comment,
    somebody,
    trail,
)
from tests.builders.videos import a_removal
from tests.holding_still import CountingIds, ManualClock

EVERYTHING = PageRequest()


@pytest.fixture
def moderation(storage: SqliteStorage, clock: ManualClock, ids: CountingIds) -> Moderation:
    return Moderation(storage, clock, ids)


async def test_a_restored_video_is_found_again(storage: SqliteStorage, moderation: Moderation) -> None:
    moderator, video = await somebody(storage, Role.MODERATOR), await a_stored_video(storage)
    await hide(storage, video, Cause.MODERATION)
    restored = await moderation.restore_video(moderator, video.id)
    assert restored.is_public
    assert await present(storage, video.id) == restored
    found = await storage.search.search("rain", SearchFilter(), EVERYTHING)
    assert [hit.video_id for hit in found.items] == [video.id]
    [entry] = await trail(storage)
    assert (entry.action, entry.actor_id, entry.target_type, entry.target_id) == (
        AuditAction.CONTENT_RESTORED,
        moderator.account_id,
        "video",
        video.id,
    )
    assert await events(storage) == ["VideoHidden", "VideoRestored"]


async def test_a_restored_comment_shows_again(storage: SqliteStorage, moderation: Moderation) -> None:
    moderator, comment = await somebody(storage, Role.MODERATOR), await a_stored_comment(storage)
    await hide(storage, comment, Cause.MODERATION)
    assert not (await moderation.restore_comment(moderator, comment.id)).causes
    page = await storage.comments.on_video(comment.video_id, EVERYTHING)
    assert [shown.id for shown in page.items] == [comment.id]
    [entry] = await trail(storage)
    assert (entry.action, entry.target_id) == (AuditAction.CONTENT_RESTORED, comment.id)


async def test_what_its_author_deleted_stays_deleted(storage: SqliteStorage, moderation: Moderation) -> None:
    moderator = await somebody(storage, Role.MODERATOR)
    video, comment = await a_stored_video(storage), await a_stored_comment(storage)
    await hide(storage, video, Cause.AUTHOR)
    await hide(storage, await present(storage, video.id), Cause.MODERATION)
    await hide(storage, comment, Cause.AUTHOR)
    await hide(storage, await present_comment(storage, comment.id), Cause.MODERATION)
    assert (await moderation.restore_video(moderator, video.id)).causes is Cause.AUTHOR
    assert (await moderation.restore_comment(moderator, comment.id)).causes is Cause.AUTHOR


async def test_only_what_moderation_removed_can_be_restored(
    storage: SqliteStorage, moderation: Moderation
) -> None:
    moderator = await somebody(storage, Role.MODERATOR)
    video, comment = await a_stored_video(storage), await a_stored_comment(storage)
    await hide(storage, comment, Cause.AUTHOR)
    with pytest.raises(NotRemovedByModeration):
        await moderation.restore_video(moderator, video.id)
    with pytest.raises(NotRemovedByModeration):
        await moderation.restore_comment(moderator, comment.id)
    with pytest.raises(VideoNotFound):
        await moderation.restore_video(moderator, VideoId(comment.id))
    with pytest.raises(CommentNotFound):
        await moderation.restore_comment(moderator, CommentId(video.id))
    assert await trail(storage) == ()


async def test_of_many_restores_at_once_one_counts(storage: SqliteStorage, moderation: Moderation) -> None:
    moderator, video = await somebody(storage, Role.MODERATOR), await a_stored_video(storage)
    await hide(storage, video, Cause.MODERATION)
    outcomes = await asyncio.gather(
        *(moderation.restore_video(moderator, video.id) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(outcome, Video) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, NotRemovedByModeration) for outcome in outcomes) == 4
    assert len(await trail(storage)) == 1


async def test_what_is_hidden_is_listed_with_its_causes_newest_first(
    storage: SqliteStorage, moderation: Moderation, clock: ManualClock
) -> None:
    moderator = await somebody(storage, Role.MODERATOR)
    comment = await a_stored_comment(storage, text="So long. " * 100)
    video = await present(storage, comment.video_id)
    await hide(storage, video, Cause.AUTHOR)
    clock.advance(timedelta(hours=1))
    at, by = clock.now(), moderator.account_id
    work = storage.begin("tests.remove", ORIGIN)
    storage.removals.add(
        work,
        a_removal(ContentType.COMMENT, comment.id, Cause.MODERATION, at, by=by, reason="spam"),
    )
    await work.commit()

    on_comment, on_video = (await moderation.hidden(moderator, None, EVERYTHING)).items
    assert (on_comment.removal.by, on_comment.removal.reason) == (by, "spam")
    assert on_comment.removal.cause is Cause.MODERATION
    assert (on_comment.video_id, on_comment.owner_id) == (video.id, comment.author_id)
    assert on_comment.excerpt == comment.text[:EXCERPT_LONGEST]
    assert (on_video.removal.content_id, on_video.removal.cause) == (video.id, Cause.AUTHOR)
    assert (on_video.video_id, on_video.owner_id, on_video.excerpt) == (
        video.id,
        video.uploader_id,
        video.title,
    )
    only_videos = await moderation.hidden(moderator, ContentType.VIDEO, EVERYTHING)
    assert (only_videos.items, only_videos.total) == ((on_video,), 1)


async def test_what_was_purged_meanwhile_is_listed_without_its_words(
    storage: SqliteStorage, moderation: Moderation, clock: ManualClock
) -> None:
    moderator = await somebody(storage, Role.MODERATOR)
    gone = an_account().id
    work = storage.begin("tests.remove", ORIGIN)
    for kind in ContentType:
        storage.removals.add(work, a_removal(kind, gone, Cause.MODERATION, clock.now()))
    await work.commit()
    listed = (await moderation.hidden(moderator, None, EVERYTHING)).items
    assert {hidden.removal.content_type for hidden in listed} == set(ContentType)
    assert {(hidden.video_id, hidden.owner_id, hidden.excerpt) for hidden in listed} == {(None, None, None)}


async def test_the_trail_can_be_asked_by_target(storage: SqliteStorage, moderation: Moderation) -> None:
    moderator = await somebody(storage, Role.MODERATOR)
    videos = [await a_stored_video(storage) for _ in range(2)]
    for video in videos:
        await hide(storage, video, Cause.MODERATION)
        await moderation.restore_video(moderator, video.id)
    page = await moderation.audit(moderator, AuditFilter(target_id=videos[0].id), EVERYTHING)
    assert ([entry.target_id for entry in page.items], page.total) == ([videos[0].id], 1)
    assert (await moderation.audit(moderator, AuditFilter(), EVERYTHING)).total == 2


async def test_all_of_it_is_for_moderators(storage: SqliteStorage, moderation: Moderation) -> None:
    unknown = an_account().id
    for caller, refusal in ((NOBODY, NotSignedIn), (await somebody(storage), MissingScope)):
        for asked in (
            moderation.restore_video(caller, VideoId(unknown)),
            moderation.restore_comment(caller, CommentId(unknown)),
            moderation.hidden(caller, None, EVERYTHING),
            moderation.audit(caller, AuditFilter(), EVERYTHING),
        ):
            with pytest.raises(refusal):
                await asked
