"""What happens to comments."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from killrvideo.domain.events.event import Event
from killrvideo.domain.ids import AccountId, CommentId, VideoId


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentEvent(Event):
    aggregate: ClassVar[str] = "comment"
    comment_id: CommentId
    video_id: VideoId

    @property
    def aggregate_id(self) -> UUID:
        return self.comment_id


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentPosted(CommentEvent):
    """Somebody commented on a video."""

    author_id: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentEdited(CommentEvent):
    """The author changed the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentHidden(CommentEvent):
    """The comment shows no more, for one more cause."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRestored(CommentEvent):
    """One cause that hid the comment is gone; it shows if no other is left."""

    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentPurged(CommentEvent):
    """The comment is gone for good."""
