"""Which Kafka cluster events go through, what its topics and groups are called, and clients of it."""

from dataclasses import dataclass
from functools import cache

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from killrvideo.domain.events import catalogue

REQUEST = 6_000
"""Milliseconds that one request may take, or a batch until it is given up; less than a handler's limit."""
SESSION = 10_000
"""Milliseconds without a sign of life after which a group goes on without a member, or waits for it."""
LARGEST_BATCH = 900_000
"""Bytes; brokers take a little over a million unless they are told otherwise."""


@cache
def aggregates() -> tuple[str, ...]:
    """The kinds of things that events happen to."""
    return tuple(sorted({kind.aggregate for kind in catalogue().values()}))


class Admin(AIOKafkaAdminClient):  # type: ignore[misc]  # The driver has no types.
    """Is stopped as other clients are."""

    async def stop(self) -> None:
        await self.close()


class Consumer(AIOKafkaConsumer):  # type: ignore[misc]  # The driver has no types.
    """Closes its connections also when leaving its group fails."""

    async def stop(self) -> None:
        try:
            await super().stop()
        finally:
            await self._client.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaCluster:
    servers: tuple[str, ...]
    """Brokers to ask first, as ``host:port``."""
    prefix: str = "killrvideo"
    """What all topics and groups begin with."""
    partitions: int = 8
    replication: int = 1
    """How many brokers keep each topic that is created here."""

    def topic(self, aggregate: str) -> str:
        return f"{self.prefix}.{aggregate}"

    def group(self, name: str) -> str:
        return f"{self.prefix}.{name}"

    @property
    def topics(self) -> tuple[str, ...]:
        """Of events: one for each kind of aggregate."""
        return tuple(map(self.topic, aggregates()))

    @property
    def dead_letters(self) -> str:
        return f"{self.prefix}.dead-letters"

    # Clients are to be made on the running loop.

    def producer(self) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            bootstrap_servers=list(self.servers),
            client_id=self.prefix,
            acks="all",
            enable_idempotence=True,
            request_timeout_ms=REQUEST,
            max_batch_size=LARGEST_BATCH,
        )

    def consumer(self, group: str | None = None) -> Consumer:
        """Reads nothing before it is told what; without a group it commits nothing either."""
        return Consumer(
            bootstrap_servers=list(self.servers),
            client_id=self.prefix,
            group_id=None if group is None else self.group(group),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=SESSION,
            # Others may take a whole session to rejoin, and the answer comes after that.
            request_timeout_ms=REQUEST + SESSION,
        )

    def admin(self) -> Admin:
        return Admin(bootstrap_servers=list(self.servers), client_id=self.prefix, request_timeout_ms=REQUEST)
