"""Reading the outbox to its end: a lane for a group that shares it, or all lanes for one process."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from killrvideo.adapters.events.consumers import Consumer, TakenOver
from killrvideo.adapters.events.leases import Hold, Lease
from killrvideo.adapters.events.tries import LIMIT, Pause, handled_or_error
from killrvideo.domain.errors import Unavailable
from killrvideo.domain.events import Recorded, UnknownEvent
from killrvideo.service_interfaces.events import Follower, Outbox, Subscription
from killrvideo.service_interfaces.failpoints import RELAY_HANDLED, Failpoints

BATCH = 64
"""Events that are handled before the outbox is told."""

log = logging.getLogger(__name__)


class Tail(Protocol):
    group: str
    woken: asyncio.Event

    async def begin(self) -> None:
        """Called once, before anything is handled."""
        ...

    async def hand_out(self) -> int | None:
        """Handles everything that waits; how many events, or None while another process does."""
        ...

    async def end(self) -> None:
        """Another process may go on at once."""
        ...


class LaneTail:
    """One lane of a shared group."""

    def __init__(self, outbox: Outbox, lease: Lease, consumer: Consumer, failpoints: Failpoints) -> None:
        self.group = lease.group
        self.woken = asyncio.Event()
        self._outbox = outbox
        self._lease = lease
        self._consumer = consumer
        self._failpoints = failpoints
        self._one_at_a_time = asyncio.Lock()

    async def begin(self) -> None:
        """Leases the lane, so that a purge knows from the start that the group is in use."""
        with suppress(Unavailable):
            await self._lease.hold(LIMIT)

    async def hand_out(self) -> int | None:
        async with self._one_at_a_time:
            handled = 0
            while await self._lease.hold(LIMIT) is not Hold.ANOTHERS:
                batch = await self._outbox.waiting(self.group, self._lease.lane, BATCH)
                if not batch:
                    return handled
                if await self._lease.hold(LIMIT) is Hold.KEPT:  # Unless reading took so long.
                    handled += await self._hand_out(batch)
            return None

    async def end(self) -> None:
        await self._lease.release()

    async def _hand_out(self, batch: Sequence[Recorded]) -> int:
        """Tells the outbox how far it came, also when it is interrupted."""
        handled: list[Recorded] = []
        try:
            async for recorded in self._consumer.handle(batch, self._lease):
                handled.append(recorded)
                self._failpoints.reach(RELAY_HANDLED)
        except TakenOver:
            pass
        finally:
            if handled:
                await self._lease.handled(handled)
        return len(handled)


class NodeTail:
    """All lanes, from now on, for what this process holds in memory."""

    def __init__(self, subscription: Subscription, outbox: Outbox, pause: Pause) -> None:
        self.group = subscription.group
        self.woken = asyncio.Event()
        self._subscription = subscription
        self._outbox = outbox
        self._pause = pause
        self._follower: Follower | None = None
        self._unhandled: deque[Recorded] = deque()
        self._one_at_a_time = asyncio.Lock()

    async def begin(self) -> None:
        with suppress(Unavailable):  # While the store is away, nothing of it can be held in memory.
            self._follower = await self._outbox.follow()

    async def hand_out(self) -> int:
        async with self._one_at_a_time:
            self._follower = follower = self._follower or await self._outbox.follow()
            handled = 0
            while self._unhandled or await self._goes_on(follower):
                await self._deliver(self._unhandled[0])
                self._unhandled.popleft()
                handled += 1
            return handled

    async def end(self) -> None:
        pass

    async def _goes_on(self, follower: Follower) -> bool:
        self._unhandled.extend(await follower.next(BATCH))
        return bool(self._unhandled)

    async def _deliver(self, recorded: Recorded) -> None:
        """A process can do without what it does not understand; what fails is made good by a new start."""
        if isinstance(recorded.event, UnknownEvent):
            return
        error = await handled_or_error(self._subscription, recorded, self._pause)
        if error is not None:
            log.error("%s passed over event %s: %r", self.group, recorded.event_id, error)
