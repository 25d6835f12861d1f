"""How far a consumer of the outbox has come: remembered in the store for a group, in memory for a process."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Protocol

from killrvideo.domain.errors import Unavailable
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.events import Outbox

LEASE = timedelta(seconds=30)
"""How long a group waits for a process that died before another takes over."""
UNKNOWN = -1


class Position(Protocol):
    known: int
    """The last sequence that is handled for certain, as far as this process knows."""

    async def begin(self) -> None:
        """Called once, before anything is handled."""
        ...

    async def hold(self, needed: timedelta) -> bool:
        """Whether this process alone handles the events behind ``known`` for at least that long from now."""
        ...

    async def save(self, sequence: int) -> None:
        """Everything up to the sequence is handled."""
        ...

    async def release(self) -> None:
        """Another process may go on at once."""
        ...


class OwnPosition:
    """Of a subscription that every process has for itself: from the end of the outbox on."""

    def __init__(self, outbox: Outbox) -> None:
        self.known = UNKNOWN
        self._outbox = outbox

    async def begin(self) -> None:
        self.known = await self._outbox.last()

    async def hold(self, needed: timedelta) -> bool:  # noqa: ARG002
        return True

    async def save(self, sequence: int) -> None:
        self.known = sequence

    async def release(self) -> None:
        pass


class LeasedPosition:
    """Of a group that all processes share: whoever holds the lease goes on where the last one stopped."""

    def __init__(self, outbox: Outbox, clock: Clock, group: str, holder: str) -> None:
        self.known = UNKNOWN
        self._outbox = outbox
        self._clock = clock
        self._group = group
        self._holder = holder
        self._until = datetime.min.replace(tzinfo=UTC)

    async def begin(self) -> None:
        pass

    async def hold(self, needed: timedelta) -> bool:
        now = self._clock.now()
        if now + needed <= self._until:
            return True
        until = now + max(LEASE, needed)
        position = await self._outbox.lease(self._group, self._holder, now, until)
        if position is None:
            return False
        # While the lease was another's, that process may have come further.
        self._until, self.known = until, position
        return True

    async def save(self, sequence: int) -> None:
        if await self._outbox.advance(self._group, self._holder, sequence):
            self.known = max(self.known, sequence)
        else:
            self._until = self._clock.now()

    async def release(self) -> None:
        now = self._clock.now()
        if now < self._until:
            self._until = now
            with suppress(Unavailable):  # Then it runs out by itself.
                await self._outbox.lease(self._group, self._holder, now, now)
