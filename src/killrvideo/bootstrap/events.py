"""Which bus carries events."""

import os
import socket
from secrets import token_hex
from typing import Any

from killrvideo.adapters.events import asyncapi
from killrvideo.adapters.events.in_process import InProcessBus
from killrvideo.adapters.events.kafka import KafkaBus, KafkaCluster, Login
from killrvideo.bootstrap.foundations import Foundations
from killrvideo.settings.model import Settings


def bus_of(settings: Settings, on: Foundations) -> InProcessBus | KafkaBus:
    outbox, name = on.storage.outbox, _process_name()
    if settings.events == "kafka":
        return KafkaBus(cluster_of(settings), outbox, on.clock, name, failpoints=on.failpoints)
    return InProcessBus(outbox, on.clock, name, failpoints=on.failpoints)


def event_description() -> dict[str, Any]:
    """The events as an AsyncAPI document, with the names that topics have unless settings say otherwise."""
    return asyncapi.document(KafkaCluster(servers=()))


def cluster_of(settings: Settings) -> KafkaCluster:
    user, password = settings.kafka_username, settings.kafka_password
    return KafkaCluster(
        servers=settings.kafka_servers,
        prefix=settings.kafka_prefix,
        partitions=settings.kafka_partitions,
        replication=settings.kafka_replicas,
        tls=settings.kafka_tls,
        login=Login(user, password.get_secret_value(), settings.kafka_sasl) if user and password else None,
    )


def _process_name() -> str:
    """Names this house among all that share the store; there can be several in a process."""
    return f"{socket.gethostname()}-{os.getpid()}-{token_hex(4)}"
