"""Durable work: a row that somebody holds on lease until it is done or has failed for good."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from killrvideo.domain.events import Origin
from killrvideo.domain.ids import JobId


class JobKind(StrEnum):
    VIDEO_METADATA = "video.metadata"
    VIDEO_THUMBNAIL = "video.thumbnail"
    VIDEO_PROBE = "video.probe"
    VIDEO_PICTURES = "video.pictures"
    VIDEO_TRANSCODE = "video.transcode"
    VIDEO_CAPTIONS = "video.captions"
    VIDEO_YOUTUBE_CAPTIONS = "video.youtube_captions"
    VIDEO_TRANSLATIONS = "video.translations"
    VIDEO_EMBEDDING = "video.embedding"
    VIDEO_PUBLISH = "video.publish"
    VIDEO_NOTIFY = "video.notify"
    VIDEO_FORGET = "video.forget"
    """Removes the files of a purged video."""
    ACCOUNT_CONTENT = "account.content"
    """Hides or shows all that an account made, in stores that cannot do so at once."""
    CATALOGUE_EMBED = "catalogue.embed"
    """Embeds all videos whose vector is missing or of an older text."""
    RECOMMENDATIONS_LEARN = "recommendations.learn"
    """Learns anew what goes together."""


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    id: JobId
    kind: JobKind
    subject: UUID
    """What it works on: the id of a video, of an account, or a fixed one for what is one of a kind."""
    state: JobState = JobState.QUEUED
    run_at: datetime
    attempts: int = 0
    """Tries begun, those that a crash cut short included."""
    failures: int = 0
    """Tries that ended with an error."""
    epoch: int = 0
    """Grows with every claim; a commit must still hold the epoch that it was claimed with."""
    lease_until: datetime | None = None
    begun_at: datetime | None = None
    """When the last try began."""
    part: float = 0.0
    """How much of it was done at the last sign of life, from 0 to 1."""
    part_at: datetime | None = None
    """When that was."""
    last_error: str | None = None
    created_at: datetime
    origin: Origin

    @property
    def is_live(self) -> bool:
        return self.state in {JobState.QUEUED, JobState.RUNNING}

    @classmethod
    def new(cls, job_id: UUID, kind: JobKind, subject: UUID, now: datetime, origin: Origin) -> "Job":
        """A job that is due at once."""
        return cls(id=JobId(job_id), kind=kind, subject=subject, run_at=now, created_at=now, origin=origin)
