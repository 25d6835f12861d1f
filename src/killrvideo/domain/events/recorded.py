"""Events as they are kept, and read back."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from killrvideo.domain.events.event import Event, Origin
from killrvideo.domain.ids import EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEvent(Event):
    """Stands for an event that this version of the code cannot read: a newer one wrote it.

    It is never published, and not in the catalogue.
    """

    aggregate: ClassVar[str] = "unknown"
    name: str
    subject: UUID

    @property
    def aggregate_id(self) -> UUID:
        return self.subject


def catalogue() -> dict[str, type[Event]]:
    """Every concrete event type by its name: what a stored event is read back with."""

    def concrete(kind: type[Event]) -> dict[str, type[Event]]:
        # A dataclass with slots is made anew; the class that it replaces can linger without them.
        below = [child for child in kind.__subclasses__() if "__slots__" in vars(child)]
        if not below:
            return {kind.__name__: kind}
        return {name: found for child in below for name, found in concrete(child).items()}

    return {name: kind for name, kind in concrete(Event).items() if kind is not UnknownEvent}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An event as the outbox holds it: with its identity, its instant and its origin."""

    event_id: EventId
    event: Event
    occurred_at: datetime
    origin: Origin

    @property
    def type(self) -> str:
        return type(self.event).__name__
