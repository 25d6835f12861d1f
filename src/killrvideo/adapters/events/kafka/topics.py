"""The topics that must be there before anything is published or read: made where they are missing."""

import asyncio

from aiokafka.admin import NewTopic

from killrvideo.adapters.events.kafka.clients import Admin, admin_of
from killrvideo.adapters.events.kafka.cluster import KafkaCluster
from killrvideo.adapters.events.kafka.farewells import Farewells

CREATED, THERE_ALREADY = 0, 36
"""Kafka's codes; another process may have been faster."""


LOOK_AGAIN = 0.1
"""Seconds."""


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
        admin = admin_of(self._cluster)
        await self._farewells.start(admin)
        try:
            missing = await self._missing(admin)
            if missing:
                await self._create(admin, missing)
            # Brokers learn of new topics one after the other.
            while await self._missing(admin):  # noqa: ASYNC110 - They tell nobody.
                await asyncio.sleep(LOOK_AGAIN)
        finally:
            self._farewells.part(admin)

    async def _missing(self, admin: Admin) -> list[str]:
        wanted = {*self._cluster.topics, self._cluster.dead_letters}
        return sorted(wanted.difference(await admin.list_topics()))

    async def _create(self, admin: Admin, missing: list[str]) -> None:
        size = self._cluster.partitions, self._cluster.replication
        answer = await admin.create_topics([NewTopic(name, *size) for name in missing])
        for _, code, why in answer.topic_errors:
            if code not in {CREATED, THERE_ALREADY}:
                raise TopicsMissing(self._what_to_do(missing, str(why)))

    def _what_to_do(self, missing: list[str], why: str) -> str:
        return (
            f"Kafka does not let KillrVideo create topics ({why}). Create these, each with "
            f"{self._cluster.partitions} partitions and replication factor {self._cluster.replication}: "
            f"{', '.join(missing)}."
        )
