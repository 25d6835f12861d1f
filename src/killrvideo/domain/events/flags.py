"""What happens to reports."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from killrvideo.domain.events.event import Event
from killrvideo.domain.ids import FlagId


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagEvent(Event):
    aggregate: ClassVar[str] = "flag"
    flag_id: FlagId

    @property
    def aggregate_id(self) -> UUID:
        return self.flag_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFlagged(FlagEvent):
    """Somebody reported a video or a comment."""

    content_type: str
    content_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagMoved(FlagEvent):
    """A moderator took the report on, or decided it."""

    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagReasonRead(FlagEvent):
    """A moderator read the masked reason in clear."""
