"""Processes that share a store, and talk through topics of the test's own."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID, uuid4

from aiokafka import ConsumerRecord

from killrvideo.adapters.clock import SystemClock, Uuid7Source
from killrvideo.adapters.events.kafka import KafkaBus, KafkaCluster
from killrvideo.adapters.events.kafka.clients import consumer_of, producer_of
from killrvideo.adapters.events.tries import Pause
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.events import Origin, Recorded, VideoEdited
from killrvideo.domain.ids import VideoId
from killrvideo.service_interfaces.events import Delivery, Handler, Subscription

ORIGIN = Origin(correlation_id="request-1")


class Reader:
    """Handles events by remembering them, in the order in which they came."""

    def __init__(self) -> None:
        self.seen: list[Recorded] = []
        self._came = asyncio.Condition()

    async def __call__(self, recorded: Recorded) -> None:
        async with self._came:
            self.seen.append(recorded)
            self._came.notify_all()

    async def has(self, number: int) -> None:
        """Returns when it has seen so many."""
        async with self._came:
            await self._came.wait_for(lambda: len(self.seen) >= number)

    @property
    def versions(self) -> list[int]:
        return [recorded.event.version for recorded in self.seen]

    def versions_of(self, video: UUID) -> list[int]:
        return [each.event.version for each in self.seen if each.event.aggregate_id == video]


async def impatiently(seconds: float) -> None:
    """Waits as the bus does before it tries again, but never long."""
    await asyncio.sleep(min(seconds, 0.05))


class Process:
    """A process of the store in the folder: a storage and a bus of its own."""

    def __init__(self, folder: Path, cluster: KafkaCluster, name: str, pause: Pause) -> None:
        self.clock = SystemClock()
        self.storage = SqliteStorage(folder / "store.db", self.clock, Uuid7Source(), synchronous="off")
        self.bus = KafkaBus(cluster, self.storage.outbox, self.clock, name, pause=pause, poll=0.05)
        self.storage.on_commit(self.bus.wake)

    def shared(self, group: str, handler: Handler) -> None:
        self.bus.subscribe(Subscription(group, Delivery.SHARED, handler))

    def every_node(self, group: str, handler: Handler) -> None:
        self.bus.subscribe(Subscription(group, Delivery.EVERY_NODE, handler))

    async def publish(self, *versions: int, video: UUID | None = None) -> None:
        """Edits of one video, in one unit."""
        video_id = VideoId(video or uuid4())
        work = self.storage.begin("tests.publish", ORIGIN)
        for version in versions:
            work.publish(VideoEdited(video_id=video_id, version=version))
        await work.commit()

    async def close(self) -> None:
        await self.bus.close()
        await self.storage.close()


Starting = Callable[..., Awaitable[Process]]


async def messages_in(cluster: KafkaCluster, *topics: str) -> list[ConsumerRecord]:
    """Everything that is in the topics now, each partition in its order."""
    client = consumer_of(cluster)
    client.subscribe(topics)
    await client.start()
    try:
        ends = await client.end_offsets(client.assignment())
        found: list[ConsumerRecord] = []
        while len(found) < sum(ends.values()):
            batches = await client.getmany(timeout_ms=100)
            found.extend(message for batch in batches.values() for message in batch)
        return found
    finally:
        await client.stop()


async def send(
    cluster: KafkaCluster,
    topic: str,
    value: bytes,
    *headers: tuple[str, bytes | None],
    key: bytes | None = b"key",
) -> None:
    """As somebody else would, who knows nothing of events."""
    client = producer_of(cluster)
    await client.start()
    try:
        await client.send_and_wait(topic, value, key, headers=list(headers))
    finally:
        await client.stop()
