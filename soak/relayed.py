"""Events that are published through Kafka by two processes' worth of buses, and what became of each."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

from killrvideo.adapters.clock import SystemClock, Uuid7Source
from killrvideo.adapters.events.kafka import KafkaBus, KafkaCluster
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.events import Origin, Recorded, VideoEdited
from killrvideo.domain.ids import VideoId
from killrvideo.service_interfaces.events import Delivery, Subscription

GROUP = "soak"
Change = tuple[UUID, int]
"""A video and its version."""


@dataclass
class Journal:
    """What was committed and what was handled, with the instants by a clock that only goes forward."""

    committed: dict[Change, float] = field(default_factory=dict)
    handled: list[tuple[Change, float]] = field(default_factory=list)

    def lost(self) -> list[Change]:
        handled = {change for change, _ in self.handled}
        return [change for change in self.committed if change not in handled]

    def twice(self) -> list[Change]:
        times = Counter(change for change, _ in self.handled)
        return [change for change, number in times.items() if number > 1]

    def out_of_order(self) -> list[Change]:
        """What was handled after a younger version of the same video."""
        newest: dict[UUID, int] = {}
        late = []
        for (video, version), _ in self.handled:
            if version < newest.get(video, 0):
                late.append((video, version))
            newest[video] = max(version, newest.get(video, 0))
        return late

    def delays(self) -> Mapping[Change, float]:
        """Seconds from the commit to the first handling."""
        first = dict(reversed(self.handled))
        return {change: first[change] - at for change, at in self.committed.items() if change in first}

    def first_after(self, instant: float) -> float | None:
        """Seconds until something was handled that was committed before the instant."""
        delays = (
            at - instant
            for change, at in self.handled
            if at > instant and self.committed.get(change, instant) < instant
        )
        return next(delays, None)


class Node:
    """A storage and a bus of their own, as a process of the house has them."""

    def __init__(self, folder: Path, cluster: KafkaCluster, name: str, journal: Journal) -> None:
        clock = SystemClock()
        self.storage = SqliteStorage(folder / "soak.db", clock, Uuid7Source())
        self.bus = KafkaBus(cluster, self.storage.outbox, clock, name)
        self.bus.subscribe(Subscription(GROUP, Delivery.SHARED, self._handle))
        self.storage.on_commit(self.bus.wake)
        self._journal = journal

    async def _handle(self, recorded: Recorded) -> None:
        self._journal.handled.append(
            ((recorded.event.aggregate_id, recorded.event.version), time.monotonic())
        )

    async def commit(self, video: UUID, versions: Iterable[int]) -> None:
        work = self.storage.begin("soak.edit", Origin(correlation_id=str(video)))
        for version in versions:
            work.publish(VideoEdited(video_id=VideoId(video), version=version))
        await work.commit()


class Site:
    """Two nodes on one store, and people who edit videos until it is over."""

    def __init__(self, folder: Path, cluster: KafkaCluster, seed: int) -> None:
        self.journal = Journal()
        self.nodes = [Node(folder, cluster, name, self.journal) for name in ("one", "two")]
        self._rng = Random(seed)
        self._over = asyncio.Event()
        self._stack = AsyncExitStack()

    async def open(self) -> None:
        for node in self.nodes:
            await node.storage.open()
            self._stack.push_async_callback(node.storage.close)
        for node in self.nodes:
            self._stack.push_async_callback(node.bus.close)
            await node.bus.open()

    async def close(self) -> None:
        await self._stack.aclose()

    def end(self) -> None:
        self._over.set()

    async def edit(self, videos: int, pause: float) -> None:
        """Everybody edits one video again and again, with so many seconds between two edits on average."""
        async with asyncio.TaskGroup() as people:
            for _ in range(videos):
                people.create_task(self._edit_one(uuid4(), pause))

    async def _edit_one(self, video: UUID, pause: float) -> None:
        version = 1
        while not self._over.is_set():
            versions = range(version, version + self._rng.choice((1, 1, 2, 5)))
            began = time.monotonic()
            await self._rng.choice(self.nodes).commit(video, versions)
            self.journal.committed.update(dict.fromkeys(((video, each) for each in versions), began))
            version = versions.stop
            await asyncio.sleep(self._rng.expovariate(1 / pause))
