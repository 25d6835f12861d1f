"""What a group cannot read or handle: set aside with the reason, as it came, so that it can be sent again."""

import logging

from aiokafka import ConsumerRecord

from killrvideo.adapters.events.cloudevents import Content, Header
from killrvideo.adapters.events.kafka.cluster import KafkaCluster
from killrvideo.adapters.events.kafka.publisher import Letter, Publisher

LONGEST_REASON = 2000
"""Characters."""
LONGEST_VALUE = 800_000
"""Bytes: what is longer would not fit, and is no event of ours."""
REASON, GROUP = "dead_reason", "dead_group"
TOPIC, PARTITION, OFFSET = "dead_topic", "dead_partition", "dead_offset"
ABOUT = {
    REASON: "Why it was set aside.",
    GROUP: "The consumer group that could not do with it.",
    TOPIC: "The topic that it came from.",
    PARTITION: "The partition that it came from.",
    OFFSET: "Where it stands there.",
}
"""The headers that are added to a message, and what they say."""

log = logging.getLogger(__name__)


class DeadLetters:
    def __init__(self, cluster: KafkaCluster, publisher: Publisher) -> None:
        self._topic = cluster.dead_letters
        self._publisher = publisher

    async def add(self, group: str, message: ConsumerRecord, reason: str) -> None:
        """Returns when the message is safe there; raises what hinders that."""
        about: tuple[Header, ...] = (
            (REASON, reason[:LONGEST_REASON].encode()),
            (GROUP, group.encode()),
            (TOPIC, message.topic.encode()),
            (PARTITION, str(message.partition).encode()),
            (OFFSET, str(message.offset).encode()),
        )
        value = message.value or b""
        came = [(name, text or b"") for name, text in message.headers]
        content = Content(message.key, value if len(value) <= LONGEST_VALUE else b"", (*came, *about))
        await self._publisher.publish([Letter(self._topic, content)])
        log.error(
            "%s gave up message %d of %s[%d]: %s",
            group,
            message.offset,
            message.topic,
            message.partition,
            reason,
        )
