"""Removing for good what has been deleted, or has served its purpose, for long enough."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from killrvideo.domain.access import Caller
from killrvideo.domain.activity import KEPT_FOR
from killrvideo.domain.events import CommentPurged, Origin, VideoPurged
from killrvideo.domain.ids import CommentId, VideoId
from killrvideo.domain.jobs import Job, JobKind
from killrvideo.domain.moderation import AuditAction, AuditEntry
from killrvideo.domain.playback import TREND_DAYS, interval_start
from killrvideo.domain.removals import ContentType
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.storage import Storage, until_fresh
from killrvideo.service_interfaces.units import UnitOfWork

ContentId = TypeVar("ContentId", bound=UUID)

PURGED_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long each kind of thing is kept after it was deleted, handled or over."""

    content: timedelta
    """Until then a removal can be taken back."""
    events: timedelta
    request_keys: timedelta
    request_counts: timedelta
    """At least twice the longest window of a quota."""
    buried_events: timedelta = timedelta(days=90)
    """Events that no reaction could handle, for an operator to look at."""
    sessions: timedelta = timedelta(days=1)
    jobs: timedelta = timedelta(days=30)
    """Owners read in them why a step failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeReport:
    """How many of each kind are gone."""

    videos: int
    comments: int
    """By themselves; those that went with their video are not counted."""
    activity: int
    trends: int
    """Hours in which some video was viewed, too long ago to be asked for."""
    sessions: int
    jobs: int
    events: int
    requests: int
    """Idempotency keys and counts of requests."""


class Purge:
    def __init__(self, storage: Storage, clock: Clock, ids: IdSource, retention: Retention) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._retention = retention

    async def run(self, origin: Origin) -> PurgeReport:
        """Removes what is due now, piece by piece, so that nobody else waits long."""
        storage, keep, now = self._storage, self._retention, self._clock.now()
        house = Caller(origin=origin)
        deleted_before = now - keep.content
        return PurgeReport(
            videos=await _all_of(
                lambda: storage.videos.purgeable(deleted_before, PURGED_AT_ONCE),
                lambda video_id: self._purge_video(house, video_id, deleted_before),
            ),
            comments=await _all_of(
                lambda: storage.comments.purgeable(deleted_before, PURGED_AT_ONCE),
                lambda comment_id: self._purge_comment(house, comment_id, deleted_before),
            ),
            activity=await storage.activity.purge(now - KEPT_FOR),
            trends=await storage.playback.purge(interval_start(now, TREND_DAYS.stop)),
            sessions=await storage.sessions.purge(now - keep.sessions),
            jobs=await storage.jobs.purge(now - keep.jobs),
            events=await storage.outbox.purge(now - keep.events, now - keep.buried_events),
            requests=await storage.purge(
                keys_before=now - keep.request_keys, counts_before=now - keep.request_counts
            ),
        )

    async def _purge_video(self, house: Caller, video_id: VideoId, deleted_before: datetime) -> bool:
        """False for a video that somebody restored or purged in between."""

        async def attempt() -> bool:
            video = await self._storage.videos.get(video_id)
            if video is None or video.deleted_at is None or video.deleted_at >= deleted_before:
                return False
            work = self._storage.begin("purge.video", house.origin)
            self._storage.videos.purge(work, video)
            self._storage.jobs.drop(work, video_id)
            self._forget_files(work, video_id)
            self._note(work, house, ContentType.VIDEO, video_id)
            work.publish(VideoPurged(video_id=video_id, version=video.version + 1))
            await work.commit()
            return True

        return await until_fresh(video_id, attempt)

    def _forget_files(self, work: UnitOfWork, video_id: VideoId) -> None:
        """As a job, which is tried until it is done: there can be many files, and their store can be away."""
        kind, now = JobKind.VIDEO_FORGET, self._clock.now()
        self._storage.jobs.enqueue(work, Job.new(self._ids.new(), kind, video_id, now, work.origin))

    async def _purge_comment(self, house: Caller, comment_id: CommentId, deleted_before: datetime) -> bool:
        """False for a comment that somebody restored or purged in between."""

        async def attempt() -> bool:
            comment = await self._storage.comments.get(comment_id)
            if comment is None or comment.deleted_at is None or comment.deleted_at >= deleted_before:
                return False
            work = self._storage.begin("purge.comment", house.origin)
            self._storage.comments.purge(work, comment)
            self._note(work, house, ContentType.COMMENT, comment_id)
            work.publish(
                CommentPurged(comment_id=comment_id, video_id=comment.video_id, version=comment.version + 1)
            )
            await work.commit()
            return True

        return await until_fresh(comment_id, attempt)

    def _note(self, work: UnitOfWork, house: Caller, kind: ContentType, content_id: UUID) -> None:
        at, purged = self._clock.now(), AuditAction.CONTENT_PURGED
        entry = AuditEntry.by(house, self._ids.new(), at, purged, kind, content_id)
        self._storage.audit.add(work, entry)


async def _all_of(
    due: Callable[[], Awaitable[Sequence[ContentId]]], purge: Callable[[ContentId], Awaitable[bool]]
) -> int:
    """Purges batch by batch until nothing is due; how many there were."""
    purged = 0
    while True:
        batch = await due()
        purged += sum([await purge(content_id) for content_id in batch])
        if len(batch) < PURGED_AT_ONCE:
            return purged
