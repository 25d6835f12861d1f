"""Which Kafka cluster events go through, and what its topics and groups are called."""

from dataclasses import dataclass, field
from functools import cache

from killrvideo.domain.events import catalogue


@cache
def aggregates() -> tuple[str, ...]:
    """The kinds of things that events happen to."""
    return tuple(sorted({kind.aggregate for kind in catalogue().values()}))


@dataclass(frozen=True, slots=True)
class Login:
    """Who signs in at the brokers, and by which mechanism of SASL."""

    username: str
    password: str = field(repr=False)
    mechanism: str = "SCRAM-SHA-512"


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaCluster:
    servers: tuple[str, ...]
    """Brokers to ask first, as ``host:port``."""
    prefix: str = "killrvideo"
    """What all topics and groups begin with."""
    partitions: int = 8
    replication: int = 1
    """How many brokers keep each topic that is created here."""
    tls: bool = False
    """Whether brokers are spoken to by TLS; the authorities are those that the system trusts."""
    login: Login | None = None

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
