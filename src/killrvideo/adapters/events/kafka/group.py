"""A shared subscription as a Kafka consumer group: each event is handled by one process, and once.

An event is handled, then remembered in the store, then its offset is committed. A crash or a rebalance in
between brings events again, which the store then recognises.
"""

import asyncio
import logging
import time
from collections.abc import Collection, Sequence

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from killrvideo.adapters.events.cloudevents import Unreadable, read
from killrvideo.adapters.events.kafka.clients import REQUEST, consumer_of
from killrvideo.adapters.events.kafka.cluster import KafkaCluster
from killrvideo.adapters.events.kafka.dead_letters import DeadLetters
from killrvideo.adapters.events.kafka.reader import Found
from killrvideo.adapters.events.tries import Interrupted, Pause, handled_or_error, until
from killrvideo.domain.events import Recorded
from killrvideo.domain.ids import EventId
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.events import Outbox, Subscription

LONGEST_ROUND = 60.0
"""Seconds after which no further event of a round is begun: a member that asks for nothing is put out."""

log = logging.getLogger(__name__)


class GroupReading(ConsumerRebalanceListener):  # type: ignore[misc]  # The driver has no types.
    def __init__(
        self,
        cluster: KafkaCluster,
        subscription: Subscription,
        outbox: Outbox,
        dead_letters: DeadLetters,
        clock: Clock,
        pause: Pause,
    ) -> None:
        self.name = subscription.group
        self.delivered = 0
        self.repeated = 0
        """Messages that were recognised, and not handled again."""
        self._cluster = cluster
        self._subscription = subscription
        self._outbox = outbox
        self._dead_letters = dead_letters
        self._clock = clock
        self._round = asyncio.Lock()
        self._stop = asyncio.Event()
        """Set while the group is divided anew."""
        self._pause = until(self._stop, pause)
        self._uncommitted: dict[TopicPartition, int] = {}
        """The offsets to go on with, where the broker has not answered that it knows."""

    def client(self) -> AIOKafkaConsumer:
        client = consumer_of(self._cluster, self.name)
        client.subscribe(self._cluster.topics, listener=self)
        return client

    async def begin(self, client: AIOKafkaConsumer) -> None:
        pass

    async def rest(self, client: AIOKafkaConsumer) -> None:
        async with self._round:
            await self._commit(client)

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:  # noqa: ARG002
        """The group is divided anew: lets the round come to its end, so that nobody else begins within it.

        It waits for handlers that run, and not for the next try of one that failed.
        """
        self._stop.set()
        async with self._round:
            self._uncommitted.clear()

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:  # noqa: ARG002
        self._stop.clear()

    async def take(self, client: AIOKafkaConsumer, found: Found) -> None:
        """Partitions side by side, each in its order; then all that was handled is committed."""
        async with self._round:
            ours = client.assignment()
            async with asyncio.TaskGroup() as together:
                tasks = {
                    place: together.create_task(self._handle(messages))
                    for place, messages in found.items()
                    if place in ours
                }
            offsets = {place: task.result() for place, task in tasks.items()}
            for place, offset in offsets.items():
                if offset <= found[place][-1].offset and not self._stop.is_set():
                    client.seek(place, offset)
            self._uncommitted |= offsets
            await self._commit(client)

    async def _commit(self, client: AIOKafkaConsumer) -> None:
        if not self._uncommitted:
            return
        try:
            async with asyncio.timeout(REQUEST / 1000):
                await client.commit(self._uncommitted)
        except (CommitFailedError, IllegalStateError):
            # The group was divided anew: whoever reads this again recognises what was handled.
            log.debug("%s: what was handled was not to be committed.", self.name, exc_info=True)
        except (KafkaError, TimeoutError):
            log.debug("%s: what was handled is committed later.", self.name, exc_info=True)
            return
        self._uncommitted.clear()

    async def _handle(self, messages: Sequence[ConsumerRecord]) -> int:
        """The offset to go on with, which is behind the messages unless this had to stop before."""
        ends = time.monotonic() + LONGEST_ROUND
        found = [_read(message) for message in messages]
        ids = [each.event_id for each in found if isinstance(each, Recorded)]
        known = set(await self._outbox.known(self.name, ids))
        for message, each in zip(messages, found, strict=True):
            if self._stop.is_set() or time.monotonic() > ends:
                return int(message.offset)
            try:
                await self._handle_one(message, each, known)
            except Interrupted:
                return int(message.offset)
        return int(messages[-1].offset) + 1

    async def _handle_one(
        self, message: ConsumerRecord, found: Recorded | Unreadable, known: set[EventId]
    ) -> None:
        if isinstance(found, Unreadable):
            await self._dead_letters.add(self.name, message, str(found))
        else:
            await self._handle_once(message, found, known)

    async def _handle_once(self, message: ConsumerRecord, recorded: Recorded, known: set[EventId]) -> None:
        if recorded.event_id in known:
            self.repeated += 1
            return
        error = await handled_or_error(self._subscription, recorded, self._pause)
        if error is not None:
            await self._dead_letters.add(self.name, message, f"{type(error).__name__}: {error}")
        await self._outbox.remember(self.name, [recorded.event_id], self._clock.now())
        known.add(recorded.event_id)
        self.delivered += 1


def _read(message: ConsumerRecord) -> Recorded | Unreadable:
    try:
        return read(message.key, message.value, message.headers)
    except Unreadable as error:
        return error
