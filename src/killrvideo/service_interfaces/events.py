"""The outbox that events are left in, and the bus that carries them to whoever reacts."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from killrvideo.domain.events import Recorded
from killrvideo.domain.ids import EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How far behind a group is."""

    waiting: int
    """Events that it has not handled; a store that must read them to count them stops at 1,000 a lane."""
    oldest: datetime | None
    """When the oldest of them happened; None if none waits."""
    buried: int
    """Events that it could not handle, and that do not wait any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Buried:
    """An event that a group could not handle, and why."""

    group: str
    recorded: Recorded
    error: str


class Follower(Protocol):
    """One process's way through all lanes, remembered by nobody else."""

    async def next(self, limit: int) -> Sequence[Recorded]:
        """What has become readable since the last call, each event once; at once, and empty if nothing has.

        Where an event becomes readable very late, others of its time may come again. After a failure nothing
        is left out: what was not returned comes with the next call.
        """
        ...


class Outbox(Protocol):
    """Every event, until it is purged.

    Events lie in lanes, numbered from 0; all events of one aggregate lie in the same, so that lanes can be
    handled side by side. Where one process writes after another, a lane has the order of the commits. A
    distributed store orders by instants, and an event can become readable late there, after younger ones of
    its lane were handled: it waits like every other, and is not passed over.

    A group of consumers handles every event once, no matter which process does. It needs no registration: a
    group is new until its first lease, and everything that is kept waits for it.
    """

    @property
    def lanes(self) -> int:
        """The same in every process, for ever."""
        ...

    async def waiting(self, group: str, lane: int, limit: int) -> Sequence[Recorded]:
        """What the group has not handled, oldest first, also what became readable late and what is to be
        tried again. Two events of one aggregate that are returned together stand in the order of their
        versions.
        """
        ...

    async def lease(self, group: str, lane: int, holder: str, now: datetime, until: datetime) -> bool:
        """Whether this holder alone serves the lane of the group until then. A holder extends its lease by
        asking again, and gives it back with ``until`` = ``now``.

        It may cost several round trips: to be asked for now and then, not for each event. One that is refused
        costs little, and may be refused for some seconds after another gave the lane back. After a lease was
        gained what waits must be read again, since another holder may have handled it.
        """
        ...

    async def handled(self, group: str, lane: int, holder: str, recorded: Sequence[Recorded]) -> bool:
        """Remembers that the group has handled these: the first ones that `waiting` returned, in its order.

        False, and nothing is remembered, if the lease was lost.
        """
        ...

    async def bury(self, group: str, recorded: Recorded, error: str) -> None:
        """Keeps an event that the group could not handle, for an operator to look at. It is still to be
        counted among those that were handled.
        """
        ...

    async def buried(self, limit: int) -> Sequence[Buried]:
        """What groups could not handle, oldest event first, without what is to be tried again."""
        ...

    async def retry(self, group: str, event_id: EventId) -> bool:
        """Lets a buried event wait for its group once more; False if it is not buried there."""
        ...

    async def follow(self) -> Follower:
        """For what a process holds in memory: everything that becomes readable from now on, of all lanes."""
        ...

    async def backlog(self, group: str) -> Backlog: ...

    async def known(self, group: str, event_ids: Sequence[EventId]) -> Collection[EventId]:
        """Which of these the group remembers: they came before, by a carrier that may bring them twice."""
        ...

    async def remember(self, group: str, event_ids: Sequence[EventId], now: datetime) -> None:
        """Makes them known to the group, for as long as handled events are kept."""
        ...

    async def purge(self, before: datetime, buried_before: datetime) -> int:
        """Drops events older than the instant that every group in use has handled, and what groups remember
        from before it; how many events there were. Where events end by a time to live, it drops the rest.

        A group is in use while it has had a lease since ``before``; while none is, nothing is dropped. One
        that comes back later has lost what is gone. What was buried stays until it is older than
        ``buried_before``.
        """
        ...


Handler = Callable[[Recorded], Awaitable[None]]
BatchHandler = Callable[[Sequence[Recorded]], Awaitable[None]]


class Delivery(StrEnum):
    SHARED = "shared"
    """One process of all handles each event."""
    EVERY_NODE = "every_node"
    """Every process handles each event that happens while it runs: for what it holds in memory."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Events are handled one by one. One that fails is tried again a few times, and then buried by a group,
    or passed over by a process that handles them for itself.
    """

    group: str
    delivery: Delivery
    handler: Handler
    """Must bear an event that comes twice, and events of different aggregates at the same time."""


@dataclass(frozen=True, slots=True)
class Forwarding:
    """A shared group that hands events on to something that can be away for long.

    Events are handled many at once, in their order. A batch that fails is tried again until it succeeds, and
    nothing of its lane goes before it.
    """

    group: str
    handler: BatchHandler
    """Succeeds when all of the batch are safe; must bear a batch that comes twice, in whole or in part."""


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
        """Hands out everything that waits now; how many deliveries that were.

        Without `open`, a subscription of every node begins with the first call.
        """
        ...

    async def backlogs(self) -> Mapping[str, Backlog]:
        """How far behind each shared group is, by its name; raises Unavailable."""
        ...
