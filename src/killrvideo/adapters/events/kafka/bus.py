"""The bus of the grown deployment: from the outbox to Kafka, and from Kafka to whoever reacts.

The relay is a group of the outbox like any other, and insists: while the brokers are away events wait in the
store. Each shared subscription is a consumer group of its own.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka.errors import (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    NotCoordinatorForGroupError,
)

from killrvideo.adapters.events.cloudevents import written
from killrvideo.adapters.events.in_process import InProcessBus
from killrvideo.adapters.events.kafka.cluster import KafkaCluster
from killrvideo.adapters.events.kafka.dead_letters import DeadLetters
from killrvideo.adapters.events.kafka.farewells import Farewells
from killrvideo.adapters.events.kafka.group import GroupReading
from killrvideo.adapters.events.kafka.node import NodeReading
from killrvideo.adapters.events.kafka.offsets import Offsets, Places
from killrvideo.adapters.events.kafka.publisher import Letter, Publisher
from killrvideo.adapters.events.kafka.reader import Reader
from killrvideo.adapters.events.kafka.topics import Topics
from killrvideo.adapters.events.tries import Pause
from killrvideo.adapters.failpoints import NO_FAILPOINTS
from killrvideo.domain.events import Recorded
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.events import Backlog, Delivery, Forwarding, Outbox, Subscription
from killrvideo.service_interfaces.failpoints import Failpoints

RELAY = "kafka"
"""The outbox remembers under this name what was published."""
LOOK_AGAIN = 0.05
"""Seconds between two looks at how far the groups are, while draining."""
WITHOUT_COORDINATOR = (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    NotCoordinatorForGroupError,
)
"""Brokers that have just begun, or moved the group, know in a moment how far it has come."""

log = logging.getLogger(__name__)


class KafkaBus:
    def __init__(
        self,
        cluster: KafkaCluster,
        outbox: Outbox,
        clock: Clock,
        holder: str,
        *,
        pause: Pause = asyncio.sleep,
        poll: float = 1.0,
        failpoints: Failpoints = NO_FAILPOINTS,
    ) -> None:
        """``holder``, ``pause`` and ``poll`` are those of the bus that reads the outbox."""
        self._cluster = cluster
        self._outbox = outbox
        self._clock = clock
        self._pause = pause
        self._farewells = Farewells()
        self._topics = Topics(cluster, self._farewells)
        self._publisher = Publisher(cluster, self._topics, self._farewells)
        self._offsets = Offsets(cluster, self._farewells)
        self._groups: list[GroupReading] = []
        self._nodes: list[NodeReading] = []
        self._tasks: dict[str, asyncio.Task[None]] = {}
        """Who reads, by group."""
        self._relay = InProcessBus(outbox, clock, holder, pause=pause, poll=poll, failpoints=failpoints)
        self._relay.forward(Forwarding(RELAY, self._publish))

    def subscribe(self, subscription: Subscription) -> None:
        """Raises ValueError for a second subscription of the same group."""
        if any(reading.name == subscription.group for reading in self._readings):
            raise ValueError(f"The group {subscription.group} has subscribed already.")
        if subscription.delivery is Delivery.EVERY_NODE:
            self._nodes.append(NodeReading(self._cluster, subscription, self._clock, self._pause))
        else:
            letters = DeadLetters(self._cluster, self._publisher)
            self._groups.append(
                GroupReading(self._cluster, subscription, self._outbox, letters, self._clock, self._pause)
            )

    async def open(self, *, shared: bool = True) -> None:
        """Needs no broker: once there is one, everything that waited is handed out."""
        await self._relay.open(shared=shared)
        self._read([*self._nodes, *(self._groups if shared else ())])

    async def close(self) -> None:
        """Stops within seconds, also if no broker answers; what was not handled comes again."""
        await self._stop_reading(list(self._tasks))
        await self._relay.close()
        await self._publisher.close()
        await self._farewells.wait()

    def wake(self) -> None:
        """Something was committed: to be called on the event loop."""
        self._relay.wake()

    async def drain(self) -> int:
        """As every bus; raises what the client raises if no broker answers."""
        async with self._all_read():
            delivered = self._delivered
            while True:
                before = self._delivered
                sent = await self._relay.drain()
                await self._reach_the_ends()
                if not sent and self._delivered == before:
                    return before - delivered

    async def backlogs(self) -> Mapping[str, Backlog]:
        """As every bus; without those of groups that only the brokers know, while they do not answer."""
        found = dict(await self._relay.backlogs())
        try:
            ends = await self._offsets.ends()
            lags = {group.name: await self._offsets.lag(group.name, ends) for group in self._groups}
        except Exception as error:
            log.debug("How far behind the groups are is not known: %r", error)
        else:
            found |= {name: Backlog(waiting=lag, oldest=None, buried=0) for name, lag in lags.items()}
        return found

    @property
    def repeated(self) -> int:
        """Messages that came again and were recognised, since this process began."""
        return sum(group.repeated for group in self._groups)

    @property
    def _readings(self) -> Sequence[GroupReading | NodeReading]:
        return (*self._nodes, *self._groups)

    @property
    def _delivered(self) -> int:
        return sum(reading.delivered for reading in self._readings)

    async def _publish(self, batch: Sequence[Recorded]) -> None:
        await self._publisher.publish(
            [Letter(self._cluster.topic(each.event.aggregate), written(each)) for each in batch]
        )

    def _read(self, readings: Sequence[GroupReading | NodeReading]) -> None:
        for reading in readings:
            if isinstance(reading, NodeReading):
                reading.begin_now()
            reader = Reader(reading, self._topics, self._farewells, self._pause)
            self._tasks[reading.name] = asyncio.create_task(reader.run())

    async def _stop_reading(self, names: Sequence[str]) -> None:
        tasks = [self._tasks.pop(name) for name in names]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @asynccontextmanager
    async def _all_read(self) -> AsyncIterator[None]:
        """Meanwhile everything is read, also what the bus was not opened for."""
        others = [reading for reading in self._readings if reading.name not in self._tasks]
        self._read(others)
        try:
            yield
        finally:
            await self._stop_reading([reading.name for reading in others])

    async def _reach_the_ends(self) -> None:
        ends = await self._offsets.ends()
        while not await self._have_reached(ends):  # noqa: ASYNC110 - the brokers announce no commit.
            await asyncio.sleep(LOOK_AGAIN)

    async def _have_reached(self, ends: Places) -> bool:
        if not all(node.has_reached(ends) for node in self._nodes):
            return False
        try:
            return not any([await self._offsets.lag(group.name, ends) for group in self._groups])
        except WITHOUT_COORDINATOR:
            return False
