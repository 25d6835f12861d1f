"""Which database keeps everything."""

from datetime import timedelta

from killrvideo.adapters.cassandra.cluster.address import Address
from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.failpoints import Failpoints
from killrvideo.settings.model import Settings

STORE_FILE = "killrvideo.db"

BackEnd = SqliteStorage | CassandraStorage
"""The stores of one database as one; both keep Storage."""


def storage_of(settings: Settings, clock: Clock, ids: IdSource, failpoints: Failpoints) -> BackEnd:
    if settings.store == "cassandra":
        session = CassandraSession(_cassandra(settings))
        return CassandraStorage(session, clock, ids, failpoints=failpoints, keys_kept=keys_kept(settings))
    return SqliteStorage(
        settings.data_dir / STORE_FILE,
        clock,
        ids,
        synchronous=settings.durability,
        readers=settings.reader_threads,
        failpoints=failpoints,
    )


def keys_kept(settings: Settings) -> timedelta:
    """How long an idempotency key is remembered."""
    return timedelta(hours=settings.idempotency_hours)


def _cassandra(settings: Settings) -> Address:
    password = settings.cassandra_password
    return Address(
        hosts=settings.cassandra_hosts,
        port=settings.cassandra_port,
        keyspace=settings.cassandra_keyspace,
        datacenter=settings.cassandra_datacenter,
        replicas=settings.cassandra_replicas,
        username=settings.cassandra_username,
        password=None if password is None else password.get_secret_value(),
        secure_bundle=settings.cassandra_bundle,
        timeout=settings.cassandra_timeout_seconds,
    )
