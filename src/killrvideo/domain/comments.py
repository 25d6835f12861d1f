"""A comment on a video, and how it sounds."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from killrvideo.domain.errors import InvalidText
from killrvideo.domain.ids import AccountId, CommentId, VideoId
from killrvideo.domain.removals import Cause

TEXT_LONGEST = 1000
POSITIVE_ABOVE = 0.1
NEGATIVE_BELOW = -0.1


class Mood(StrEnum):
    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


def mood_of(score: float) -> Mood:
    """The class of a score in [-1, 1]; the front end colours by the same bounds."""
    if score > POSITIVE_ABOVE:
        return Mood.POSITIVE
    return Mood.NEGATIVE if score < NEGATIVE_BELOW else Mood.NEUTRAL


@dataclass(frozen=True, slots=True)
class PersonName:
    first: str
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    id: CommentId
    video_id: VideoId
    author_id: AccountId
    text: str
    sentiment: float | None
    """In [-1, 1]; None when no model has judged it."""
    created_at: datetime
    edited_at: datetime | None = None
    version: int = 1
    causes: Cause = Cause.NONE
    deleted_at: datetime | None = None
    """When the first of the present causes came; None while there is none."""
    author_name: PersonName | None = None
    """As read; None when the account was erased."""

    def changed(self, **changes: object) -> "Comment":
        """The next version of this comment."""
        return replace(self, version=self.version + 1, **changes)  # type: ignore[arg-type]

    def hidden_by(self, cause: Cause, at: datetime) -> "Comment":
        """The next version, hidden by one more cause."""
        return self.changed(causes=self.causes | cause, deleted_at=min(self.deleted_at or at, at))

    def freed_from(self, cause: Cause) -> "Comment":
        """The next version, with one cause less."""
        left = self.causes & ~cause
        return self.changed(causes=left, deleted_at=self.deleted_at if left else None)

    @property
    def mood(self) -> Mood | None:
        return None if self.sentiment is None else mood_of(self.sentiment)


def clean_comment(raw: str) -> str:
    """The text as it is kept; raises InvalidText."""
    text = raw.strip()
    if not 1 <= len(text) <= TEXT_LONGEST:
        raise InvalidText(
            f"A comment has 1 to {TEXT_LONGEST} characters, not only blanks; this one has {len(text)}.",
            pointer="/text",
        )
    return text
