"""Clients of a cluster, as this bus needs them; each is to be made on the running loop."""

import ssl
from datetime import timedelta
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from killrvideo.adapters.events.kafka.cluster import KafkaCluster
from killrvideo.adapters.events.tries import LONGEST

REQUEST = 6_000
"""Milliseconds that one request may take, or a batch until it is given up; less than a handler's limit."""
SESSION = 10_000
"""Milliseconds without a sign of life after which a group goes on without a member, or waits for it."""
AFTERWARDS = timedelta(seconds=30)
"""To set aside what was given up, remember it, and commit."""
REBALANCE = (LONGEST + AFTERWARDS) // timedelta(milliseconds=1)
"""Milliseconds that a group which is divided anew waits for a member that lives and handles an event."""
LARGEST_BATCH = 900_000
"""Bytes; brokers take a little over a million unless they are told otherwise."""


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


def producer_of(cluster: KafkaCluster) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        **_connection(cluster),
        acks="all",
        enable_idempotence=True,
        request_timeout_ms=REQUEST,
        max_batch_size=LARGEST_BATCH,
    )


def consumer_of(cluster: KafkaCluster, group: str | None = None) -> Consumer:
    """Reads nothing before it is told what; without a group it commits nothing either."""
    return Consumer(
        **_connection(cluster),
        group_id=None if group is None else cluster.group(group),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=SESSION,
        rebalance_timeout_ms=REBALANCE,
        # Others may take a session, or a handler's time, to rejoin, and the answer comes after that. Whoever
        # takes still longer is waited for as well: a member that asks again keeps its place.
        request_timeout_ms=REQUEST + SESSION,
    )


def admin_of(cluster: KafkaCluster) -> Admin:
    return Admin(**_connection(cluster), request_timeout_ms=REQUEST)


def _connection(cluster: KafkaCluster) -> dict[str, Any]:
    login = cluster.login
    told: dict[str, Any] = {
        "bootstrap_servers": list(cluster.servers),
        "client_id": cluster.prefix,
        "security_protocol": ("SASL_" if login else "") + ("SSL" if cluster.tls else "PLAINTEXT"),
        "ssl_context": ssl.create_default_context() if cluster.tls else None,
    }
    if login is not None:
        told["sasl_mechanism"] = login.mechanism
        told["sasl_plain_username"] = login.username
        told["sasl_plain_password"] = login.password
    return told
