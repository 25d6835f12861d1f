"""Lifting removals by moderation, and looking at what is hidden and at the trail of who did what."""

import asyncio
from dataclasses import dataclass

from killrvideo.domain.access import Caller, Scope
from killrvideo.domain.comments import Comment
from killrvideo.domain.errors import CommentNotFound, NotRemovedByModeration, VideoNotFound
from killrvideo.domain.ids import AccountId, CommentId, VideoId
from killrvideo.domain.moderation import AuditAction, AuditEntry, AuditFilter
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.removals import Cause, ContentType, Removal
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.hiding import show_comment, show_video
from killrvideo.service_interfaces.storage import Storage, until_fresh
from killrvideo.service_interfaces.units import UnitOfWork

EXCERPT_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """One cause that hides one thing, and enough of the thing to recognise it."""

    removal: Removal
    video_id: VideoId | None = None
    """The video, or that of the comment; None, as the rest, when it was purged a moment ago."""
    owner_id: AccountId | None = None
    excerpt: str | None = None
    """A video's title, or how a comment begins."""


class Moderation:
    def __init__(self, storage: Storage, clock: Clock, ids: IdSource) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids

    async def restore_video(self, caller: Caller, video_id: VideoId) -> Video:
        """Lifts a removal by moderation; another cause may still hide the video.

        Raises VideoNotFound, NotRemovedByModeration, AlreadySubmitted.
        """
        caller.require(Scope.MODERATION_ACT)

        async def attempt() -> Video:
            video = await self._storage.videos.get(video_id)
            if video is None:
                raise VideoNotFound(f"There is no video {video_id}.")
            _check_removed(video.causes)
            work = self._storage.begin("moderation.restore_video", caller.origin)
            shown = show_video(self._storage, work, video, Cause.MODERATION, self._clock.now())
            self._note_restored(work, caller, ContentType.VIDEO, video_id)
            await work.commit()
            return shown

        return await until_fresh(video_id, attempt)

    async def restore_comment(self, caller: Caller, comment_id: CommentId) -> Comment:
        """Lifts a removal by moderation; another cause, or its video, may still hide the comment.

        Raises CommentNotFound, NotRemovedByModeration.
        """
        caller.require(Scope.MODERATION_ACT)

        async def attempt() -> Comment:
            comment = await self._storage.comments.get(comment_id)
            if comment is None:
                raise CommentNotFound(f"There is no comment {comment_id}.")
            _check_removed(comment.causes)
            work = self._storage.begin("moderation.restore_comment", caller.origin)
            shown = show_comment(self._storage, work, comment, Cause.MODERATION)
            self._note_restored(work, caller, ContentType.COMMENT, comment_id)
            await work.commit()
            return shown

        return await until_fresh(comment_id, attempt)

    async def hidden(self, caller: Caller, only: ContentType | None, wanted: PageRequest) -> Page[Hidden]:
        """What is hidden now, whatever the cause, one entry a cause; newest first."""
        caller.require(Scope.MODERATION_READ)
        page = await self._storage.removals.page(only, wanted)
        found = await asyncio.gather(*(self._recognised(removal) for removal in page.items))
        recognised = {hidden.removal: hidden for hidden in found}
        return page.of(lambda removal: recognised[removal])

    async def audit(self, caller: Caller, chosen: AuditFilter, wanted: PageRequest) -> Page[AuditEntry]:
        """Who did what to which thing, newest first."""
        caller.require(Scope.MODERATION_READ)
        return await self._storage.audit.page(chosen, wanted)

    async def _recognised(self, removal: Removal) -> Hidden:
        if removal.content_type is ContentType.VIDEO:
            video = await self._storage.videos.get(VideoId(removal.content_id))
            if video is None:
                return Hidden(removal=removal)
            return Hidden(removal=removal, video_id=video.id, owner_id=video.uploader_id, excerpt=video.title)
        comment = await self._storage.comments.get(CommentId(removal.content_id))
        if comment is None:
            return Hidden(removal=removal)
        return Hidden(
            removal=removal,
            video_id=comment.video_id,
            owner_id=comment.author_id,
            excerpt=comment.text[:EXCERPT_LONGEST],
        )

    def _note_restored(
        self, work: UnitOfWork, caller: Caller, content_type: ContentType, content_id: VideoId | CommentId
    ) -> None:
        at, entry = self._clock.now(), self._ids.new()
        restored = AuditAction.CONTENT_RESTORED
        self._storage.audit.add(work, AuditEntry.by(caller, entry, at, restored, content_type, content_id))


def _check_removed(causes: Cause) -> None:
    if not causes & Cause.MODERATION:
        raise NotRemovedByModeration
