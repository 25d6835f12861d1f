"""Opening the driver's session: everything here blocks, and runs in a thread of its own."""

import logging

from cassandra import ConsistencyLevel
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile, Session
from cassandra.policies import (
    ConstantReconnectionPolicy,
    DCAwareRoundRobinPolicy,
    FallthroughRetryPolicy,
    HostStateListener,
    TokenAwarePolicy,
)
from cassandra.pool import Host
from cassandra.query import dict_factory

from killrvideo.adapters.cassandra.cluster.address import Address

NEAREST = "nearest"
"""Profile of similarity searches: Cassandra 5.0 answers those at ONE only."""
RECONNECT_EVERY = 1.0
"""Seconds between two attempts to reach a node that is away."""
HEARTBEAT_EVERY = 5.0
DEFINING = 60.0
"""Seconds that a change of the schema may take."""
MAKE_KEYSPACE = """
CREATE KEYSPACE IF NOT EXISTS {keyspace}
WITH replication = {{'class': 'NetworkTopologyStrategy', '{datacenter}': {replicas}}} {durable}
"""

log = logging.getLogger(__name__)


class Watch(HostStateListener):  # type: ignore[misc]  # The driver is untyped.
    """Says in one line what the driver says in many."""

    def on_up(self, host: Host) -> None:
        log.warning("The node %s is up.", host.endpoint)

    def on_down(self, host: Host) -> None:
        log.warning("The node %s is down.", host.endpoint)

    def on_add(self, host: Host) -> None:
        """It is new to this process, which is nothing to report."""

    def on_remove(self, host: Host) -> None:
        log.warning("The node %s has left.", host.endpoint)


def connect(address: Address, *, durable: bool = True) -> tuple[Cluster, Session]:
    """A session on the address's keyspace, which is made unless it is there; raises what the driver does.

    Without ``durable`` writes skip the commit log: for tests, which empty their tables all the time.
    """
    cluster = _cluster(address)
    cluster.register_listener(Watch())
    try:
        session = cluster.connect()
        if not address.is_astra:  # There a keyspace is made in the console.
            session.execute(_keyspace(address, durable), timeout=DEFINING)
    except BaseException:
        cluster.shutdown()
        raise
    return cluster, session


def _cluster(address: Address) -> Cluster:
    username, password = address.username, address.password
    sign_in = None if password is None else PlainTextAuthProvider(username or "token", password)
    profiles = {
        EXEC_PROFILE_DEFAULT: _profile(address, ConsistencyLevel.LOCAL_QUORUM),
        NEAREST: _profile(address, ConsistencyLevel.LOCAL_ONE),
    }
    # A heartbeat finds a node that hangs without closing its connections.
    shared = {
        "execution_profiles": profiles,
        "auth_provider": sign_in,
        "reconnection_policy": ConstantReconnectionPolicy(RECONNECT_EVERY, max_attempts=None),
        "idle_heartbeat_interval": HEARTBEAT_EVERY,
        "idle_heartbeat_timeout": address.timeout,
        "connect_timeout": address.timeout,
        "control_connection_timeout": address.timeout,
    }
    if address.is_astra:
        return Cluster(
            cloud={"secure_connect_bundle": str(address.secure_bundle)}, protocol_version=4, **shared
        )
    return Cluster(address.hosts, port=address.port, protocol_version=5, **shared)


def _keyspace(address: Address, durable: bool) -> str:
    return MAKE_KEYSPACE.format(
        keyspace=address.keyspace,
        datacenter=address.datacenter,
        replicas=address.replicas,
        durable="" if durable else "AND durable_writes = false",
    )


def _profile(address: Address, consistency: int) -> ExecutionProfile:
    nearby = DCAwareRoundRobinPolicy() if address.is_astra else DCAwareRoundRobinPolicy(address.datacenter)
    return ExecutionProfile(
        load_balancing_policy=TokenAwarePolicy(nearby),
        # Whoever asks decides what may be asked twice.
        retry_policy=FallthroughRetryPolicy(),
        consistency_level=consistency,
        serial_consistency_level=ConsistencyLevel.LOCAL_SERIAL,
        request_timeout=address.timeout,
        row_factory=dict_factory,
    )
