"""Reading topics with one client after another: one that fails or stands still is replaced by a new one.

A client that has lost its broker may never find its way back, and does not always say so. It gets a minute:
if it does, its group goes on at once, while a new member waits until the old one is taken for dead.
"""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Protocol

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from killrvideo.adapters.events.kafka.farewells import Farewells
from killrvideo.adapters.events.kafka.topics import Topics
from killrvideo.adapters.events.outages import Outage
from killrvideo.adapters.events.tries import Pause

BATCH = 256
"""Messages of one round, of all partitions together."""
LONGEST_WAIT = 500
"""Milliseconds of a round in which nothing comes."""
LONGEST_START = 30.0
"""Seconds until a client reads; finding its group may take a session's end."""
QUIET = 60.0
"""Seconds without a message after which the broker is asked whether there is none."""
IDLE = 600.0
"""Seconds after which a client without any partition is replaced: perhaps it has fallen out of its group."""

Found = Mapping[TopicPartition, Sequence[ConsumerRecord]]

log = logging.getLogger(__name__)


class StandsStill(Exception):
    """There are messages, but the client does not bring them."""


class Reading(Protocol):
    """What is done with the messages."""

    name: str

    def client(self) -> AIOKafkaConsumer:
        """A new one, not started, that knows what it is to read."""
        ...

    async def begin(self, client: AIOKafkaConsumer) -> None:
        """Called when the client is started."""
        ...

    async def take(self, client: AIOKafkaConsumer, found: Found) -> None:
        """Sees a round of messages through; after a failure a new client begins where this one did."""
        ...

    async def rest(self, client: AIOKafkaConsumer) -> None:
        """Called after a round without messages."""
        ...


class Reader:
    def __init__(self, reading: Reading, topics: Topics, farewells: Farewells, pause: Pause) -> None:
        self._reading = reading
        self._topics = topics
        self._farewells = farewells
        self._pause = pause

    async def run(self) -> None:
        """Reads until it is cancelled."""
        outage = Outage(log, f"{self._reading.name} cannot read from Kafka")
        while True:
            try:
                await self._read(outage)
            except Exception as error:
                self._topics.doubt()
                await self._pause(outage.failed(self, error))

    async def _read(self, outage: Outage) -> None:
        async with asyncio.timeout(LONGEST_START):
            await self._topics.ensure()
        client = self._reading.client()
        async with asyncio.timeout(LONGEST_START):
            await self._farewells.start(client)
        try:
            async with asyncio.timeout(LONGEST_START):
                await self._reading.begin(client)
            outage.over(self)
            await self._rounds(client)
        finally:
            self._farewells.part(client)

    async def _rounds(self, client: AIOKafkaConsumer) -> None:
        last_sign = last_work = time.monotonic()
        while True:
            found = await client.getmany(timeout_ms=LONGEST_WAIT, max_records=BATCH)
            now = time.monotonic()
            if found:
                await self._reading.take(client, found)
                last_sign = last_work = time.monotonic()
            else:
                await self._reading.rest(client)
            if now - last_sign > QUIET:
                async with asyncio.timeout(LONGEST_START):
                    await _see_to_it(client)
                last_sign = now
            if client.assignment():
                last_work = now
            elif now - last_work > IDLE:
                raise StandsStill("No partition for too long.")


async def _see_to_it(client: AIOKafkaConsumer) -> None:
    """Raises StandsStill, or what the client raises if the broker does not answer."""
    assigned = client.assignment()
    ends = await client.end_offsets(assigned)
    for place in assigned:
        if await client.position(place) < ends[place]:
            raise StandsStill(f"{place.topic}[{place.partition}] has messages that do not come.")
