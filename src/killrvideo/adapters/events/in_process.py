"""The bus of the embedded deployment: no broker, each process reads the outbox itself.

A task follows the outbox for each subscription, so that one that is slow or fails holds up no other. It
looks when this process commits, and once a second for what other processes of the same store committed.
"""

import asyncio
import logging

from killrvideo.adapters.events.positions import LeasedPosition, OwnPosition, Position
from killrvideo.adapters.events.tail import Pause, Tail
from killrvideo.adapters.failpoints import NO_FAILPOINTS
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.events import Delivery, Outbox, Subscription
from killrvideo.service_interfaces.failpoints import Failpoints

log = logging.getLogger(__name__)


class InProcessBus:
    def __init__(
        self,
        outbox: Outbox,
        clock: Clock,
        holder: str,
        *,
        pause: Pause = asyncio.sleep,
        poll: float = 1.0,
        failpoints: Failpoints = NO_FAILPOINTS,
    ) -> None:
        """``holder`` names this process among all; ``poll`` is in seconds."""
        self._outbox = outbox
        self._clock = clock
        self._holder = holder
        self._pause = pause
        self._poll = poll
        self._failpoints = failpoints
        self._tails: list[Tail] = []
        self._tasks: list[asyncio.Task[None]] = []

    def subscribe(self, subscription: Subscription) -> None:
        """Raises ValueError for a second subscription of the same group."""
        if any(tail.subscription.group == subscription.group for tail in self._tails):
            raise ValueError(f"The group {subscription.group} has subscribed already.")
        position = self._position(subscription)
        self._tails.append(Tail(subscription, self._outbox, position, self._pause, self._failpoints))

    async def open(self, *, shared: bool = True) -> None:
        followed = [tail for tail in self._tails if shared or tail.is_every_nodes]
        for tail in followed:
            await tail.position.begin()
        self._tasks = [asyncio.create_task(self._follow(tail)) for tail in followed]

    async def close(self) -> None:
        """Stops; what was not handled is handled after the next start, or by another process at once."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for tail in self._tails:
            await tail.position.release()

    def wake(self) -> None:
        """Something was committed: to be called on the event loop."""
        for tail in self._tails:
            tail.woken.set()

    async def drain(self) -> int:
        """Hands out everything that waits now, also what handlers publish meanwhile; how many deliveries."""
        delivered = 0
        settled = False
        while not settled:
            before = await self._outbox.last()
            round_ = sum([await tail.hand_out() or 0 for tail in self._tails])
            delivered += round_
            settled = round_ == 0 and before == await self._outbox.last()
        return delivered

    def _position(self, subscription: Subscription) -> Position:
        if subscription.delivery is Delivery.EVERY_NODE:
            return OwnPosition(self._outbox)
        return LeasedPosition(self._outbox, self._clock, subscription.group, self._holder)

    async def _follow(self, tail: Tail) -> None:
        while True:
            tail.woken.clear()
            if await self._hand_out(tail):
                await self._wait_for_wake(tail)
            else:
                await self._pause(self._poll)

    async def _hand_out(self, tail: Tail) -> bool:
        """Whether it makes sense to look again as soon as something is committed."""
        try:
            return await tail.hand_out() is not None
        except Exception:
            log.exception("%s cannot follow the outbox now", tail.subscription.group)
            return False

    async def _wait_for_wake(self, tail: Tail) -> None:
        try:
            async with asyncio.timeout(self._poll):
                await tail.woken.wait()
        except TimeoutError:
            pass  # Time to look for what other processes committed.
