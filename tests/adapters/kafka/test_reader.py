"""A client that fails, stands still or has fallen out of its group is replaced; one that lives is not."""

import asyncio
from collections.abc import Collection

import pytest
from aiokafka import TopicPartition

from killrvideo.adapters.events.kafka import KafkaCluster, reader
from killrvideo.adapters.events.kafka.farewells import Farewells
from killrvideo.adapters.events.kafka.reader import Found, Reader
from killrvideo.adapters.events.kafka.topics import Topics

PLACE = TopicPartition("topic", 0)


class TopicsThatAreThere(Topics):
    async def ensure(self) -> None:
        pass


class StandIn:
    """A client of Kafka that behaves as the test wants it to."""

    def __init__(self, *, end: int = 0, is_assigned: bool = True, failure: Exception | None = None) -> None:
        self._end = end
        self._assigned = {PLACE} if is_assigned else set()
        self._failure = failure

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def getmany(self, *, timeout_ms: int, max_records: int) -> Found:
        await asyncio.sleep(0)
        if self._failure is not None:
            raise self._failure
        return {}

    def assignment(self) -> Collection[TopicPartition]:
        return self._assigned

    async def end_offsets(self, places: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(places, self._end)

    async def position(self, place: TopicPartition) -> int:
        return 0


class Reading:
    """Reads with one client after the other, and tells when there is no further one."""

    name = "tests"

    def __init__(self, *clients: StandIn) -> None:
        self._clients = list(clients)
        self.rests = 0
        self.is_last = asyncio.Event()
        self.rested = asyncio.Event()

    def client(self) -> StandIn:
        client = self._clients.pop(0)
        if not self._clients:
            self.is_last.set()
        return client

    async def begin(self, client: StandIn) -> None:
        pass

    async def take(self, client: StandIn, found: Found) -> None:
        pass

    async def rest(self, client: StandIn) -> None:
        self.rests += 1
        if self.rests == 100:
            self.rested.set()


async def at_once(seconds: float) -> None:
    pass


def reading_task(reading: Reading) -> "asyncio.Task[None]":
    farewells = Farewells()
    topics = TopicsThatAreThere(KafkaCluster(servers=()), farewells)
    return asyncio.create_task(Reader(reading, topics, farewells, at_once).run())


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "QUIET", 0.0)
    monkeypatch.setattr(reader, "IDLE", 0.0)


@pytest.mark.parametrize(
    "broken",
    [
        StandIn(end=7),
        StandIn(is_assigned=False),
        StandIn(failure=ConnectionError("lost")),
    ],
    ids=["stands still", "fell out of its group", "fails"],
)
async def test_a_client_that_does_not_read_is_replaced(broken: StandIn) -> None:
    reading = Reading(broken, StandIn())
    task = reading_task(reading)
    await reading.is_last.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_client_that_has_nothing_to_read_stays() -> None:
    reading = Reading(StandIn())
    task = reading_task(reading)
    await reading.rested.wait()  # A second client would not be there.
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
