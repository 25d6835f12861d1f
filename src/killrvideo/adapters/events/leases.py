"""A lane of a shared group, as one process holds it: in the store, for half a minute at a time."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from killrvideo.domain.errors import Unavailable
from killrvideo.domain.events import Recorded
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.events import Outbox

LEASE = timedelta(seconds=30)
"""How long a lane waits for a process that died before another takes over."""


class Hold(Enum):
    KEPT = auto()
    """This process has held the lane without a gap since it was last asked."""
    GAINED = auto()
    """It holds the lane, but another may have had it in between."""
    ANOTHERS = auto()


class Lease:
    def __init__(self, outbox: Outbox, clock: Clock, group: str, lane: int, holder: str) -> None:
        self.group = group
        self.lane = lane
        self._outbox = outbox
        self._clock = clock
        self._holder = holder
        self._until = datetime.min.replace(tzinfo=UTC)

    async def hold(self, needed: timedelta) -> Hold:
        """Whether this process alone serves the lane for at least that long from now."""
        now = self._clock.now()
        if now + needed <= self._until:
            return Hold.KEPT
        until = now + max(LEASE, needed)
        if not await self._outbox.lease(self.group, self.lane, self._holder, now, until):
            return Hold.ANOTHERS
        without_gap = self._clock.now() < self._until
        self._until = until
        return Hold.KEPT if without_gap else Hold.GAINED

    async def handled(self, recorded: list[Recorded]) -> None:
        """Remembers that these are handled, unless another process has the lane: then that one will."""
        if not await self._outbox.handled(self.group, self.lane, self._holder, recorded):
            self._until = self._clock.now()

    async def release(self) -> None:
        """Another process may go on at once."""
        now = self._clock.now()
        if now < self._until:
            self._until = now
            with suppress(Unavailable):  # Then it runs out by itself.
                await self._outbox.lease(self.group, self.lane, self._holder, now, now)
