"""The topics that must be there before anything is published or read: made where they are missing."""

import asyncio

from aiokafka.admin import NewTopic

from killrvideo.adapters.events.kafka.clients import admin_of
from killrvideo.adapters.events.kafka.cluster import KafkaCluster
from killrvideo.adapters.events.kafka.farewells import Farewells

CREATED, THERE_ALREADY = 0, 36
"""Kafka's codes; another process may have been faster."""


class TopicsMissing(Exception):
    """Topics are missing, and the broker does not let them be made; ``str`` says which to make."""


class Topics:
    def __init__(self, cluster: KafkaCluster, farewells: Farewells) -> None:
        self._cluster = cluster
        self._farewells = farewells
        self._one_at_a_time = asyncio.Lock()
        self._are_there = False

    async def ensure(self) -> None:
        """Returns when all topics are there. Raises TopicsMissing, or what the client raises."""
        async with self._one_at_a_time:
            if not self._are_there:
                await self._ensure()
                self._are_there = True

    def doubt(self) -> None:
        """Something went wrong with one: the next `ensure` looks again."""
        self._are_there = False

    async def _ensure(self) -> None:
        wanted = (*self._cluster.topics, self._cluster.dead_letters)
        admin = admin_of(self._cluster)
        await self._farewells.start(admin)
        try:
            missing = sorted(set(wanted).difference(await admin.list_topics()))
            if not missing:
                return
            size = self._cluster.partitions, self._cluster.replication
            answer = await admin.create_topics([NewTopic(name, *size) for name in missing])
            refused = [error for error in answer.topic_errors if error[1] not in {CREATED, THERE_ALREADY}]
        finally:
            self._farewells.part(admin)
        if refused:
            raise TopicsMissing(self._what_to_do(missing, str(refused[0][2])))

    def _what_to_do(self, missing: list[str], why: str) -> str:
        return (
            f"Kafka does not let KillrVideo create topics ({why}). Create these, each with "
            f"{self._cluster.partitions} partitions and replication factor {self._cluster.replication}: "
            f"{', '.join(missing)}."
        )
