"""What happens to videos."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from killrvideo.domain.events.event import Event
from killrvideo.domain.ids import AccountId, VideoId


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoEvent(Event):
    aggregate: ClassVar[str] = "video"
    video_id: VideoId

    @property
    def aggregate_id(self) -> UUID:
        return self.video_id


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoSubmitted(VideoEvent):
    """Somebody gave the address of a video; what it shows is not known yet."""

    uploader_id: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoPublished(VideoEvent):
    """The video became READY: it can be watched and found from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFailed(VideoEvent):
    """A step of processing was given up; the owner can try it again."""

    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoRetried(VideoEvent):
    """The owner had a step of processing tried again."""

    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoEdited(VideoEvent):
    """Title, description, tags or another detail changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoHidden(VideoEvent):
    """The video shows no more, for one more cause."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoRestored(VideoEvent):
    """One cause that hid the video is gone; it shows if no other is left."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoPurged(VideoEvent):
    """The video is gone for good, with what belonged to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoViewed(VideoEvent):
    """Somebody began to watch."""

    viewer_id: AccountId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoRated(VideoEvent):
    """Somebody gave stars, for the first time or others than before."""

    account_id: AccountId
    stars: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingWithdrawn(VideoEvent):
    """Somebody took their stars back."""

    account_id: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchTimeReported(VideoEvent):
    """A player told how long somebody watched."""

    account_id: AccountId
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorStored(VideoEvent):
    """The video's vector of a model was stored or replaced."""

    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptionsChanged(VideoEvent):
    """Captions of a language came, were replaced or were taken away."""

    language: str
    is_new: bool = False
    """Whether there were none in this language before, and they were not brought from another house."""
