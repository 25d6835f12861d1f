"""Submitting, reading, editing, deleting and restoring videos, and the lists of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from killrvideo.domain.access import Caller, Scope
from killrvideo.domain.errors import (
    NotAllowed,
    NotDeleted,
    RemovedByModeration,
    StaleVersion,
    VideoNotFound,
)
from killrvideo.domain.events import VideoEdited, VideoSubmitted
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.jobs import Job
from killrvideo.domain.moderation import AuditAction, AuditEntry
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.processing import JOB_OF, STEPS
from killrvideo.domain.removals import Cause, ContentType, Removal
from killrvideo.domain.videos import (
    LocationType,
    Video,
    clean_description,
    clean_tags,
    clean_title,
    embed_address,
    thumbnail_address,
    youtube_id_of,
)
from killrvideo.service_interfaces.accounts import present_account
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.embedding import Embedded, embedded
from killrvideo.service_interfaces.hiding import hide_video, show_video
from killrvideo.service_interfaces.language import WRITE_SECONDS, EmbeddingModels
from killrvideo.service_interfaces.storage import Storage, checked, until_fresh
from killrvideo.service_interfaces.units import UnitOfWork
from killrvideo.service_interfaces.video_sources import VideoMetadata, VideoSource
from killrvideo.service_interfaces.videos import visible_video


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    address: str
    title: str | None = None
    description: str | None = None
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What is None stays as it is; a blank description is taken away."""

    title: str | None = None
    description: str | None = None
    tags: Sequence[str] | None = None


class Videos:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        ids: IdSource,
        source: VideoSource,
        retention: timedelta,
        models: EmbeddingModels,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._source = source
        self._retention = retention
        self._models = models

    async def submit(self, caller: Caller, submission: Submission) -> Video:
        """A new PENDING video; its metadata are fetched later. Raises AlreadySubmitted."""
        uploader = caller.require(Scope.VIDEOS_WRITE)
        video = self._new(uploader, submission)
        first = STEPS[video.location_type][0]
        job = Job.new(self._ids.new(), JOB_OF[first], video.id, video.submitted_at, caller.origin)
        work = self._storage.begin("videos.submit", caller.origin)
        work.made(video.id)
        self._storage.accounts.still_open(work, uploader)
        self._storage.videos.add(work, video)
        self._storage.jobs.enqueue(work, job)
        work.publish(VideoSubmitted(video_id=video.id, uploader_id=uploader))
        await work.commit()
        return video

    def _new(self, uploader: AccountId, submission: Submission) -> Video:
        youtube_id = youtube_id_of(submission.address)
        title = submission.title
        return Video(
            id=VideoId(self._ids.new()),
            uploader_id=uploader,
            title=f"YouTube video {youtube_id}" if title is None else clean_title(title),
            title_is_provisional=title is None,
            description=clean_description(submission.description),
            tags=clean_tags(submission.tags),
            location=embed_address(youtube_id),
            location_type=LocationType.YOUTUBE,
            youtube_id=youtube_id,
            thumbnail_url=thumbnail_address(youtube_id),
            submitted_at=self._clock.now(),
        )

    async def preview(self, address: str) -> VideoMetadata:
        """What YouTube says of a video that is not submitted yet. Raises SourceNotFound, SourceFailed."""
        return await self._source.describe(youtube_id_of(address))

    async def get(self, caller: Caller, video_id: VideoId) -> Video:
        """Raises VideoNotFound, also for a video that this caller may not see."""
        return await visible_video(self._storage.videos, caller, video_id)

    async def edit(
        self, caller: Caller, video_id: VideoId, edit: Edit, *, expected_version: int | None = None
    ) -> Video:
        """The edited video, which search and lists show at once. Raises StaleVersion."""
        caller.signed_in()

        async def attempt() -> Video:
            video = await self._own(caller, video_id)
            if expected_version not in {None, video.version}:
                raise StaleVersion(f"The video is at version {video.version} now; read it again.")
            edited = video.changed(self._clock.now(), **_changes(edit))
            vectors = await self._vectors(edited) if edited.is_public else None
            work = self._storage.begin("videos.edit", caller.origin)
            self._storage.videos.replace(work, edited)
            if vectors is not None:
                self._storage.search.put(work, edited)
                vectors.put(self._storage, work, self._clock.now())
            self._note(work, caller, AuditAction.CONTENT_EDITED, video)
            work.publish(VideoEdited(video_id=video_id, version=edited.version))
            await work.commit()
            return edited

        return await (attempt() if expected_version is not None else until_fresh(video_id, attempt))

    async def delete(self, caller: Caller, video_id: VideoId) -> None:
        """Hides the video: its owner's own deletion, or a moderator's removal, which is audited."""
        caller.signed_in()

        async def attempt() -> None:
            video = await self._own(caller, video_id)
            cause = Cause.AUTHOR if caller.owns(video.uploader_id) else Cause.MODERATION
            if video.causes & cause:
                return
            work = self._storage.begin("videos.delete", caller.origin)
            hide_video(self._storage, work, video, self._removal(caller, video_id, cause))
            self._note(work, caller, AuditAction.CONTENT_REMOVED, video)
            await work.commit()

        await until_fresh(video_id, attempt)

    async def restore(self, caller: Caller, video_id: VideoId) -> Video:
        """Takes the owner's own deletion back. Raises RemovedByModeration, NotDeleted, AlreadySubmitted."""
        caller.signed_in()

        async def attempt() -> Video:
            video = await self._deleted_by_owner(caller, video_id)
            work = self._storage.begin("videos.restore", caller.origin)
            shown = show_video(self._storage, work, video, Cause.AUTHOR, self._clock.now())
            await work.commit()
            return shown

        return await until_fresh(video_id, attempt)

    async def _deleted_by_owner(self, caller: Caller, video_id: VideoId) -> Video:
        video = await self._storage.videos.get(video_id)
        if video is None or not (caller.owns(video.uploader_id) or video.visible_to(caller)):
            raise VideoNotFound(f"There is no video {video_id}, or it is not public.")
        if not caller.owns(video.uploader_id):
            raise NotAllowed("Only its owner takes back a deletion; moderators restore under /moderation.")
        caller.require(Scope.VIDEOS_WRITE)
        if video.causes & Cause.MODERATION:
            raise RemovedByModeration
        if not video.causes & Cause.AUTHOR:
            raise NotDeleted("This video is not deleted, so there is nothing to restore.")
        if video.deleted_at is not None and video.deleted_at < self._clock.now() - self._retention:
            raise VideoNotFound("This video was deleted too long ago to be restored.")
        return video

    async def latest(self, wanted: PageRequest) -> Page[Video]:
        return await self._storage.videos.latest(wanted)

    async def by_tag(self, tag: str, wanted: PageRequest) -> Page[Video]:
        return await self._storage.videos.by_tag(tag, wanted)

    async def by_uploader(self, caller: Caller, uploader_id: AccountId, wanted: PageRequest) -> Page[Video]:
        """In every state for the owner and moderators, READY for others; raises AccountNotFound."""
        every_state = caller.owns(uploader_id) or caller.may(Scope.MODERATION_READ)
        return await checked(
            present_account(self._storage.accounts, uploader_id),
            self._storage.videos.by_uploader(uploader_id, wanted, every_state=every_state),
        )

    async def _own(self, caller: Caller, video_id: VideoId) -> Video:
        """The video, if this caller may change it."""
        video = await self.get(caller, video_id)
        caller.require_own_or(video.uploader_id, Scope.VIDEOS_WRITE, Scope.MODERATION_ACT)
        return video

    def _removal(self, caller: Caller, video_id: VideoId, cause: Cause) -> Removal:
        return Removal(
            content_type=ContentType.VIDEO,
            content_id=video_id,
            cause=cause,
            by=caller.account_id,
            at=self._clock.now(),
        )

    async def _vectors(self, video: Video) -> Embedded:
        return await embedded(self._storage, self._models, video, seconds=WRITE_SECONDS)

    def _note(self, work: UnitOfWork, caller: Caller, action: AuditAction, video: Video) -> None:
        """What a moderator does to another's video leaves an audit entry."""
        if caller.owns(video.uploader_id):
            return
        entry = AuditEntry.by(caller, self._ids.new(), self._clock.now(), action, ContentType.VIDEO, video.id)
        self._storage.audit.add(work, entry)


def _changes(edit: Edit) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if edit.title is not None:
        changes |= {"title": clean_title(edit.title), "title_is_provisional": False}
    if edit.description is not None:
        changes["description"] = clean_description(edit.description)
    if edit.tags is not None:
        changes["tags"] = clean_tags(edit.tags)
    return changes
