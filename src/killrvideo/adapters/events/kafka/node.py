"""A subscription of every node: all topics, from the start of this process on, without a group."""

import logging

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from killrvideo.adapters.events.cloudevents import Unreadable, read
from killrvideo.adapters.events.kafka.clients import consumer_of
from killrvideo.adapters.events.kafka.cluster import KafkaCluster
from killrvideo.adapters.events.kafka.reader import Found
from killrvideo.adapters.events.tries import Pause, handled_or_error
from killrvideo.domain.instants import to_millis
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.events import Subscription

log = logging.getLogger(__name__)


class NodeReading:
    """Where it has come to is kept in memory, so that a new client goes on where the last one failed."""

    def __init__(self, cluster: KafkaCluster, subscription: Subscription, clock: Clock, pause: Pause) -> None:
        self.name = subscription.group
        self.delivered = 0
        self._cluster = cluster
        self._subscription = subscription
        self._clock = clock
        self._pause = pause
        self._began: int | None = None
        self._positions: dict[TopicPartition, int] = {}

    def begin_now(self) -> None:
        """What is published from now on is handled, also if the broker is not there yet."""
        self._began = to_millis(self._clock.now())

    def client(self) -> AIOKafkaConsumer:
        client = consumer_of(self._cluster)
        client.subscribe(self._cluster.topics)
        return client

    async def begin(self, client: AIOKafkaConsumer) -> None:
        new = [place for place in client.assignment() if place not in self._positions]
        if new:
            # In this order: what is published in between is later than the one or the other.
            ends = await client.end_offsets(new)
            since = await client.offsets_for_times(dict.fromkeys(new, self._began))
            for place in new:
                found = since[place]
                self._positions[place] = ends[place] if found is None else found.offset
        for place, offset in self._positions.items():
            client.seek(place, offset)

    async def take(self, client: AIOKafkaConsumer, found: Found) -> None:  # noqa: ARG002
        for place, messages in found.items():
            for message in messages:
                await self._handle(message)
                self._positions[place] = message.offset + 1

    async def rest(self, client: AIOKafkaConsumer) -> None:
        pass

    def has_reached(self, ends: dict[TopicPartition, int]) -> bool:
        return all(self._positions.get(place, -1) >= end for place, end in ends.items())

    async def _handle(self, message: ConsumerRecord) -> None:
        """A process can do without what it cannot read; what fails is made good by a new start."""
        try:
            recorded = read(message.key, message.value, message.headers)
        except Unreadable as reason:
            log.debug("%s passed over a message: %s", self.name, reason)
            return
        error = await handled_or_error(self._subscription, recorded, self._pause)
        if error is not None:
            log.error("%s passed over event %s: %r", self.name, recorded.event_id, error)
        self.delivered += 1
