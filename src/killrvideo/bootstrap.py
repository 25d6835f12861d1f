"""The one place that chooses: settings in, a house out that only has to be opened."""

import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import FastAPI

from killrvideo.adapters.blobs import Patience, open_blobs
from killrvideo.adapters.cassandra.address import Address
from killrvideo.adapters.cassandra.session import CassandraSession
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.adapters.clock import SystemClock, Uuid7Source
from killrvideo.adapters.credentials import (
    Argon2Hasher,
    JwtSigner,
    Secrets,
    SignedCursor,
    SigningKey,
    read_or_make_key,
)
from killrvideo.adapters.demo_catalogue import DemoCatalogue
from killrvideo.adapters.events import asyncapi
from killrvideo.adapters.events.in_process import InProcessBus
from killrvideo.adapters.events.kafka import KafkaBus, KafkaCluster, Login
from killrvideo.adapters.failpoints import NO_FAILPOINTS, CrashAt
from killrvideo.adapters.language.sentiment import VaderSentiment
from killrvideo.adapters.limits import InMemoryRateLimiter, NoRateLimiter
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.adapters.youtube import YouTubeSource
from killrvideo.api.app import create_app
from killrvideo.application import Application
from killrvideo.domain.access import Role
from killrvideo.domain.limits import RatePolicy, RouteClass
from killrvideo.domain.processing import RetryPlan
from killrvideo.features.access import Access
from killrvideo.features.accounts import Accounts
from killrvideo.features.activity import ActivityLog
from killrvideo.features.comments import Comments
from killrvideo.features.flags import Flags
from killrvideo.features.hiding import Hiding
from killrvideo.features.limits import Limits
from killrvideo.features.moderation import Moderation
from killrvideo.features.operator import Operator
from killrvideo.features.overview import DemoAccount, Overview
from killrvideo.features.playback import Playback
from killrvideo.features.processing import Processing
from killrvideo.features.purge import Purge, Retention
from killrvideo.features.ratings import Ratings
from killrvideo.features.recommendations import Recommendations
from killrvideo.features.search import Search
from killrvideo.features.sessions import Sessions
from killrvideo.features.transfer import Transfer
from killrvideo.features.videos import Videos
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.catalogue import Row
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.events import EventBus
from killrvideo.service_interfaces.failpoints import Failpoints
from killrvideo.service_interfaces.video_sources import VideoSource
from killrvideo.settings.model import Settings
from killrvideo.settings.sources import SettingsError, load_settings
from killrvideo.workers.runner import Workers

# The command reads settings through here alone.
__all__ = [
    "BackEnd",
    "Foundations",
    "House",
    "Settings",
    "SettingsError",
    "blobs_at",
    "build",
    "event_description",
    "load_settings",
]

STORE_FILE = "killrvideo.db"
KEY_FILE = "signing-key"
MEDIA_FOLDER = "media"


BackEnd = SqliteStorage | CassandraStorage
"""The stores of one database as one; both keep Storage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundations:
    """What everything else stands on; tests put some of it in place."""

    clock: Clock
    ids: IdSource
    source: VideoSource
    hasher: Argon2Hasher
    storage: BackEnd
    blobs: BlobStore
    failpoints: Failpoints


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything that runs in one process."""

    settings: Settings
    application: Application
    storage: BackEnd
    workers: Workers
    bus: EventBus
    cursors: SignedCursor
    foundations: Foundations

    @asynccontextmanager
    async def opened(self, *, workers: bool) -> AsyncIterator["House"]:
        """Opens in order and closes in reverse; with ``workers`` it also works in the background.

        Without them it still learns of what others change, as far as it holds any of it in memory.
        """
        async with AsyncExitStack() as stack:
            await self.storage.open()
            stack.push_async_callback(self.storage.close)
            stack.callback(self.foundations.hasher.close)
            if isinstance(self.foundations.source, YouTubeSource):
                stack.push_async_callback(self.foundations.source.close)
            stack.push_async_callback(self.workers.close)
            await (self.workers.open() if workers else self.workers.listen())
            yield self

    def web_app(self) -> FastAPI:
        """The HTTP application; its lifespan opens and closes this house."""

        @asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[None]:
            async with self.opened(workers=self.settings.workers):
                yield

        return create_app(
            self.application,
            self.cursors,
            lifespan=lifespan,
            max_body_bytes=self.settings.max_body_bytes,
            allowed_origins=self.settings.allowed_origins,
            event_description=asyncapi.document(_kafka(self.settings)),
            backlogs=self.bus.backlogs if self.settings.metrics else None,
        )


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    ids: IdSource | None = None,
    source: VideoSource | None = None,
    failpoints: Failpoints | None = None,
    storage: BackEnd | None = None,
) -> House:
    """A house as the settings want it.

    Raises KeyFileError, InvalidInput for an address of files that is none, ValueError for an unreadable
    failpoint, OSError for folders that cannot be made.
    """
    foundations = _foundations(
        settings,
        clock or SystemClock(),
        ids or Uuid7Source(),
        source,
        failpoints or _failpoints(settings),
        storage,
    )
    keys = _signing_keys(settings)
    application = _application(settings, foundations, keys)
    storage = foundations.storage
    bus = _bus(settings, foundations)
    lease = timedelta(seconds=settings.job_lease_seconds)
    workers = Workers(application, storage.jobs, bus, foundations.clock, lease=lease)
    storage.on_commit(workers.wake)
    storage.on_commit(bus.wake)
    return House(
        settings=settings,
        application=application,
        storage=storage,
        workers=workers,
        bus=bus,
        cursors=SignedCursor([key.secret for key in keys]),
        foundations=foundations,
    )


def event_description() -> dict[str, Any]:
    """The events as an AsyncAPI document, with the names that topics have unless settings say otherwise."""
    return asyncapi.document(KafkaCluster(servers=()))


def _bus(settings: Settings, on: Foundations) -> InProcessBus | KafkaBus:
    outbox, name = on.storage.outbox, _process_name()
    if settings.events == "kafka":
        return KafkaBus(_kafka(settings), outbox, on.clock, name, failpoints=on.failpoints)
    return InProcessBus(outbox, on.clock, name, failpoints=on.failpoints)


def _kafka(settings: Settings) -> KafkaCluster:
    user, password = settings.kafka_username, settings.kafka_password
    return KafkaCluster(
        servers=settings.kafka_servers,
        prefix=settings.kafka_prefix,
        partitions=settings.kafka_partitions,
        replication=settings.kafka_replicas,
        tls=settings.kafka_tls,
        login=Login(user, password.get_secret_value(), settings.kafka_sasl) if user and password else None,
    )


def _failpoints(settings: Settings) -> Failpoints:
    return CrashAt(settings.failpoint) if settings.failpoint else NO_FAILPOINTS


def _foundations(
    settings: Settings,
    clock: Clock,
    ids: IdSource,
    source: VideoSource | None,
    failpoints: Failpoints,
    storage: BackEnd | None,
) -> Foundations:
    key = settings.youtube_api_key
    return Foundations(
        clock=clock,
        ids=ids,
        failpoints=failpoints,
        source=source
        or YouTubeSource(
            clock,
            base_url=settings.youtube_base_url,
            api_base_url=settings.youtube_api_base_url,
            api_key=key.get_secret_value() if key else None,
            timeout=settings.youtube_timeout_seconds,
        ),
        hasher=Argon2Hasher(
            memory_kib=settings.argon2_memory_kib,
            passes=settings.argon2_time,
            lanes=settings.argon2_parallelism,
            threads=settings.hashing_threads,
        ),
        storage=storage or _storage(settings, clock, ids, failpoints),
        blobs=blobs_at(
            settings.media_url or (settings.data_dir / MEDIA_FOLDER).absolute().as_uri(), settings
        ),
    )


def _storage(settings: Settings, clock: Clock, ids: IdSource, failpoints: Failpoints) -> BackEnd:
    if settings.store == "cassandra":
        session = CassandraSession(_cassandra(settings))
        return CassandraStorage(session, clock, ids, failpoints=failpoints, keys_kept=_keys_kept(settings))
    return SqliteStorage(
        settings.data_dir / STORE_FILE,
        clock,
        ids,
        synchronous=settings.durability,
        readers=settings.reader_threads,
        failpoints=failpoints,
    )


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


def blobs_at(address: str, settings: Settings) -> BlobStore:
    """The files at an address, reached as the settings say. Raises InvalidInput if it is none, OSError."""
    patience = Patience(
        connecting=timedelta(seconds=settings.media_connect_seconds),
        request=timedelta(seconds=settings.media_request_seconds),
        tries=settings.media_tries,
    )
    return open_blobs(
        address, patience, endpoint=settings.media_endpoint, plain_http=settings.media_plain_http
    )


def _application(settings: Settings, on: Foundations, keys: list[SigningKey]) -> Application:
    storage, clock, ids = on.storage, on.clock, on.ids
    limits = _limits(settings, on)
    retention = timedelta(days=settings.retention_days)
    sessions = _sessions(settings, on, keys, limits)
    roles = [Role(role) for role in settings.registration_roles]
    sentiment = VaderSentiment()
    plan = RetryPlan(
        tries=settings.processing_tries, limit=timedelta(seconds=settings.youtube_timeout_seconds + 1)
    )
    return Application(
        access=Access(storage, clock, ids),
        accounts=Accounts(storage, clock, ids, on.hasher, sessions, limits, roles),
        activity=ActivityLog(storage, clock),
        comments=Comments(storage, clock, ids, sentiment),
        flags=Flags(storage, clock, ids),
        hiding=Hiding(storage, clock, ids),
        limits=limits,
        moderation=Moderation(storage, clock, ids),
        operator=Operator(storage, clock, ids, on.hasher),
        overview=Overview(storage, _demo_accounts(settings)),
        playback=Playback(storage, clock, ids),
        processing=Processing(storage, clock, ids, on.source, plan),
        purge=Purge(storage, clock, ids, _retention(settings, retention)),
        ratings=Ratings(storage, clock, ids),
        recommendations=Recommendations(storage, clock),
        search=Search(storage),
        sessions=sessions,
        transfer=Transfer(storage, clock, ids, on.hasher, sentiment),
        videos=Videos(storage, clock, ids, on.source, retention),
        done_before=storage.done_before,
        generation=storage.generation,
        check=storage.check,
        tend=storage.tend,
    )


def _sessions(settings: Settings, on: Foundations, keys: list[SigningKey], limits: Limits) -> Sessions:
    signer = JwtSigner(keys, issuer=settings.token_issuer, audience=settings.token_audience)
    return Sessions(
        on.storage,
        on.clock,
        on.ids,
        on.hasher,
        signer,
        Secrets(),
        limits,
        access_lifetime=timedelta(hours=settings.access_token_hours),
        refresh_lifetime=timedelta(days=settings.refresh_token_days),
    )


def _limits(settings: Settings, on: Foundations) -> Limits:
    policies = _policies(settings)
    if not settings.rate_limits:
        return Limits(policies, NoRateLimiter(), NoRateLimiter())
    return Limits(policies, on.storage.limits, InMemoryRateLimiter(on.clock))


def _policies(settings: Settings) -> dict[RouteClass, RatePolicy]:
    quotas = {
        RouteClass.READ: settings.quota_read,
        RouteClass.WRITE: settings.quota_write,
        RouteClass.REGISTER: settings.quota_register,
        RouteClass.LOGIN: settings.quota_login,
        RouteClass.SUBMIT: settings.quota_submit,
    }
    return {kind: RatePolicy(kind, quota.requests, quota.seconds) for kind, quota in quotas.items()}


def _retention(settings: Settings, content: timedelta) -> Retention:
    longest_window = max(policy.window for policy in _policies(settings).values())
    return Retention(
        content=content,
        events=timedelta(days=settings.outbox_days),
        request_keys=_keys_kept(settings),
        request_counts=timedelta(seconds=2 * longest_window),
    )


def _keys_kept(settings: Settings) -> timedelta:
    return timedelta(hours=settings.idempotency_hours)


def _signing_keys(settings: Settings) -> list[SigningKey]:
    """Those that are set; else, in development, one of this data folder's own."""
    given = [SigningKey(key.kid, key.secret.get_secret_value().encode()) for key in settings.signing_keys]
    return given or [read_or_make_key(settings.data_dir / KEY_FILE)]


def _demo_accounts(settings: Settings) -> list[DemoAccount]:
    """Shown on the front page, but never by a site in production."""
    if settings.environment == "production":
        return []
    catalogue = DemoCatalogue()
    accounts = [row.entry for row in catalogue.accounts() if isinstance(row, Row)]
    accounts.sort(key=lambda account: len(account.all_roles))
    return [
        DemoAccount(account.all_roles[-1], account.email, catalogue.passwords[account.id])
        for account in accounts
        if account.id in catalogue.passwords
    ]


def _process_name() -> str:
    """Names this process among all that share the store."""
    return f"{socket.gethostname()}-{os.getpid()}"
