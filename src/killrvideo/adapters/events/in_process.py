"""The bus of the embedded deployment: no broker, each process reads the outbox itself.

A task follows each lane of the outbox for each subscription, so that one that is slow or fails holds up no
other. It looks when this process commits, and once a second for what other processes of the same store
committed.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from killrvideo.adapters.events.consumers import AllTogether, Consumer, OneByOne
from killrvideo.adapters.events.leases import Lease
from killrvideo.adapters.events.outages import Outage
from killrvideo.adapters.events.tails import LaneTail, NodeTail, Tail
from killrvideo.adapters.events.tries import Pause
from killrvideo.adapters.failpoints import NO_FAILPOINTS
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.events import Backlog, Delivery, Forwarding, Outbox, Subscription
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
        self._lanes: list[LaneTail] = []
        self._nodes: list[NodeTail] = []
        self._outages: dict[str, Outage] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def subscribe(self, subscription: Subscription) -> None:
        """Raises ValueError for a second subscription of the same group."""
        if subscription.delivery is Delivery.SHARED:
            self._share(subscription.group, OneByOne(subscription, self._outbox, self._pause))
        else:
            self._refuse_twice(subscription.group)
            self._nodes.append(NodeTail(subscription, self._outbox, self._pause))

    def forward(self, forwarding: Forwarding) -> None:
        """To be called before `open`. Raises ValueError as `subscribe` does."""
        self._share(forwarding.group, AllTogether(forwarding, self._outbox))

    async def open(self, *, shared: bool = True) -> None:
        followed = [*self._nodes, *(self._lanes if shared else ())]
        for tail in followed:
            await tail.begin()
        self._tasks = [asyncio.create_task(self._follow(tail)) for tail in followed]

    async def close(self) -> None:
        """Stops; what was not handled is handled after the next start, or by another process at once."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for tail in self._tails:
            await tail.end()

    def wake(self) -> None:
        """Something was committed: to be called on the event loop."""
        for tail in self._tails:
            tail.woken.set()

    async def drain(self) -> int:
        """Hands out everything that waits now, also what handlers publish meanwhile; how many deliveries.

        Raises what keeps a batch from being forwarded, and Unavailable.
        """
        delivered = 0
        while handed_out := sum([await tail.hand_out() or 0 for tail in self._tails]):
            delivered += handed_out
        return delivered

    async def backlogs(self) -> Mapping[str, Backlog]:
        return {group: await self._outbox.backlog(group) for group in {tail.group for tail in self._lanes}}

    @property
    def _tails(self) -> Sequence[Tail]:
        return (*self._nodes, *self._lanes)

    def _share(self, group: str, consumer: Consumer) -> None:
        self._refuse_twice(group)
        for lane in range(self._outbox.lanes):
            lease = Lease(self._outbox, self._clock, group, lane, self._holder)
            self._lanes.append(LaneTail(self._outbox, lease, consumer, self._failpoints))

    def _refuse_twice(self, group: str) -> None:
        if any(tail.group == group for tail in self._tails):
            raise ValueError(f"The group {group} has subscribed already.")

    async def _follow(self, tail: Tail) -> None:
        outage = self._outages.setdefault(tail.group, Outage(log, f"{tail.group} cannot follow the outbox"))
        while True:
            tail.woken.clear()
            try:
                handed_out = await tail.hand_out()
            except Exception as error:
                await self._pause(outage.failed(tail, error))
                continue
            outage.over(tail)
            if handed_out is None:
                await self._pause(self._poll)
            else:
                await self._wait_for_wake(tail)

    async def _wait_for_wake(self, tail: Tail) -> None:
        try:
            async with asyncio.timeout(self._poll):
                await tail.woken.wait()
        except TimeoutError:
            pass  # Time to look for what other processes committed.
