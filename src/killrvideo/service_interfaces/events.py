"""The outbox that events are left in, and the bus that carries them to whoever reacts."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from killrvideo.domain.events import Recorded


class Outbox(Protocol):
    """Every event, until it is purged, by a sequence that only grows: nothing comes to stand before what
    could be read already. It is the order of the commits; where many write, at least within an aggregate.
    """

    async def after(self, sequence: int, limit: int) -> Sequence[Recorded]: ...

    async def last(self) -> int:
        """The highest sequence; 0 when none was ever written."""
        ...

    async def lease(self, group: str, holder: str, now: datetime, until: datetime) -> int | None:
        """The position of a shared group that this holder alone serves until then; None if another does."""
        ...

    async def advance(self, group: str, holder: str, sequence: int) -> bool:
        """Remembers that the group has handled everything up to here; False if the lease was lost."""
        ...

    async def bury(self, group: str, recorded: Recorded, error: str) -> None:
        """Keeps an event that a group could not handle, for an operator to look at."""
        ...

    async def purge(self, before: datetime, buried_before: datetime) -> int:
        """Drops events older than the instant that every group has handled; how many there were.

        One that was buried stays until it is older than ``buried_before``.
        """
        ...


Handler = Callable[[Recorded], Awaitable[None]]


class Delivery(StrEnum):
    SHARED = "shared"
    """One process of all handles each event."""
    EVERY_NODE = "every_node"
    """Every process handles each event that happens while it runs: for what it holds in memory."""


@dataclass(frozen=True, slots=True)
class Subscription:
    group: str
    delivery: Delivery
    handler: Handler
    """Must bear an event that comes twice."""


class EventBus(Protocol):
    """Carries events at least once, in the order of each aggregate."""

    def subscribe(self, subscription: Subscription) -> None:
        """To be called before `open`."""
        ...

    async def open(self, *, shared: bool = True) -> None:
        """Begins to hand events out; without ``shared`` only to the subscriptions of every node."""
        ...

    async def close(self) -> None: ...

    async def drain(self) -> int:
        """Hands out everything that waits now; how many deliveries that were."""
        ...
