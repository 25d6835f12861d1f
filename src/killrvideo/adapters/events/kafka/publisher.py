"""Publishing: an idempotent producer that is thrown away, with all it still holds, as soon as it fails.

Of a producer that failed nobody can say what it will still send, or in which order. So one call makes at most
one batch for a partition, waits until all in-sync replicas have it, and puts nothing behind a batch
whose fate is open: whoever failed publishes the same again, and consumers recognise what came before.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder

from killrvideo.adapters.events.cloudevents import Content
from killrvideo.adapters.events.kafka.clients import producer_of
from killrvideo.adapters.events.kafka.cluster import KafkaCluster
from killrvideo.adapters.events.kafka.farewells import Farewells
from killrvideo.adapters.events.kafka.topics import Topics

partition_of = DefaultPartitioner()
"""As the Java client chooses by a key, so that others who publish here keep the order, too."""

LONGEST = 9.0
"""Seconds that publishing may take, a new producer included; less than a handler's limit."""

Place = tuple[str, int]
"""Topic and partition."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message and the topic that it goes to."""

    topic: str
    content: Content


class Publisher:
    def __init__(self, cluster: KafkaCluster, topics: Topics, farewells: Farewells) -> None:
        self._cluster = cluster
        self._topics = topics
        self._farewells = farewells
        self._starting = asyncio.Lock()
        self._started: AIOKafkaProducer | None = None

    async def publish(self, letters: Sequence[Letter]) -> None:
        """Returns when all of them are safe. Raises what the client raises; then any part of them may be."""
        async with asyncio.timeout(LONGEST):
            producer = await self._producer()
            try:
                await self._send(producer, letters)
            except BaseException:
                self._give_up(producer)
                raise

    async def close(self) -> None:
        if self._started is not None:
            self._give_up(self._started)

    async def _producer(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._started is None:
                self._started = await self._start()
            return self._started

    async def _start(self) -> AIOKafkaProducer:
        await self._topics.ensure()
        producer = producer_of(self._cluster)
        await self._farewells.start(producer)
        return producer

    def _give_up(self, producer: AIOKafkaProducer) -> None:
        if self._started is producer:  # No other lane has given it up yet.
            self._farewells.part(self._started)
            self._started = None
            self._topics.doubt()

    async def _send(self, producer: AIOKafkaProducer, letters: Sequence[Letter]) -> None:
        batches: dict[Place, BatchBuilder] = {}
        for letter in letters:
            place = await _place_of(producer, letter)
            batch = batches.setdefault(place, producer.create_batch())
            if not _add(batch, letter.content):
                raise ValueError(f"So many events for {letter.topic} do not fit into one batch.")
        sent = [
            await producer.send_batch(batch, topic, partition=partition)
            for (topic, partition), batch in batches.items()
        ]
        await asyncio.gather(*sent)


async def _place_of(producer: AIOKafkaProducer, letter: Letter) -> Place:
    partitions = sorted(await producer.partitions_for(letter.topic))
    return letter.topic, partition_of(letter.content.key, partitions, partitions)


def _add(batch: BatchBuilder, content: Content) -> bool:
    """False for a message that finds no room."""
    headers = list(content.headers)
    return batch.append(key=content.key, value=content.value, timestamp=None, headers=headers) is not None
