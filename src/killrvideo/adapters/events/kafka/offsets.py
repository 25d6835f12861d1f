"""Where topics end and how far groups have come, as the brokers know it."""

from collections.abc import Sequence

from aiokafka import TopicPartition

from killrvideo.adapters.events.kafka.clients import admin_of, consumer_of
from killrvideo.adapters.events.kafka.cluster import KafkaCluster
from killrvideo.adapters.events.kafka.farewells import Farewells

Places = dict[TopicPartition, int]


class Offsets:
    """Asks with clients of its own, made for each question: these are rare."""

    def __init__(self, cluster: KafkaCluster, farewells: Farewells) -> None:
        self._cluster = cluster
        self._farewells = farewells

    async def ends(self) -> Places:
        """The offset behind the last message of each partition of all topics of events."""
        places = await self._places()
        client = consumer_of(self._cluster)
        await self._farewells.start(client)
        try:
            return dict(await client.end_offsets(places))
        finally:
            self._farewells.part(client)

    async def lag(self, group: str, ends: Places) -> int:
        """How many messages before those ends the group has not committed, by the brokers' count."""
        admin = admin_of(self._cluster)
        await self._farewells.start(admin)
        try:
            found = await admin.list_consumer_group_offsets(self._cluster.group(group))
        finally:
            self._farewells.part(admin)
        return sum(
            max(0, end - (found[place].offset if place in found else 0)) for place, end in ends.items()
        )

    async def _places(self) -> Sequence[TopicPartition]:
        admin = admin_of(self._cluster)
        await self._farewells.start(admin)
        try:
            topics = await admin.describe_topics(list(self._cluster.topics))
        finally:
            self._farewells.part(admin)
        return [
            TopicPartition(topic["topic"], partition["partition"])
            for topic in topics
            for partition in topic["partitions"]
        ]
