"""Everything that runs in one process, as the settings want it."""

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI

from killrvideo.adapters.clock import SystemClock, Uuid7Source
from killrvideo.adapters.credentials import SignedCursor, SigningKey, read_or_make_key
from killrvideo.adapters.events import asyncapi
from killrvideo.adapters.language.answers import ChatAnswers
from killrvideo.adapters.language.embeddings.choice import ChosenEmbeddings
from killrvideo.adapters.pictures import PillowPictures
from killrvideo.adapters.webhooks import Webhook
from killrvideo.adapters.youtube import YouTubeSource
from killrvideo.api.app import create_app
from killrvideo.application import Application
from killrvideo.bootstrap.events import bus_of, cluster_of
from killrvideo.bootstrap.features import application_of
from killrvideo.bootstrap.foundations import Foundations, lay
from killrvideo.bootstrap.stores import BackEnd
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.events import EventBus
from killrvideo.service_interfaces.failpoints import Failpoints
from killrvideo.service_interfaces.language import EmbeddingModels
from killrvideo.service_interfaces.video_sources import VideoSource
from killrvideo.settings.model import Settings
from killrvideo.workers.runner import Workers

KEY_FILE = "signing-key"
PLAYER_ASSETS = Path(sys.prefix) / "share" / "killrvideo" / "player"
"""Where `make` puts what the player page loads from npm."""


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
            await self.foundations.experiments.open()
            stack.push_async_callback(self.foundations.experiments.close)
            stack.callback(self.foundations.hasher.close)
            if isinstance(self.foundations.pictures, PillowPictures):
                stack.callback(self.foundations.pictures.close)
            if isinstance(self.foundations.source, YouTubeSource):
                stack.push_async_callback(self.foundations.source.close)
            if isinstance(self.foundations.embeddings, ChosenEmbeddings):
                stack.push_async_callback(self.foundations.embeddings.close)
            if isinstance(self.foundations.answers, ChatAnswers):
                stack.push_async_callback(self.foundations.answers.close)
            stack.push_async_callback(self.foundations.translator.close)
            if isinstance(self.foundations.notifier, Webhook):
                stack.push_async_callback(self.foundations.notifier.close)
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
            event_description=asyncapi.document(cluster_of(self.settings)),
            backlogs=self.bus.backlogs if self.settings.metrics else None,
            player_assets=self.settings.player_assets or PLAYER_ASSETS,
        )


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    ids: IdSource | None = None,
    source: VideoSource | None = None,
    failpoints: Failpoints | None = None,
    storage: BackEnd | None = None,
    embeddings: EmbeddingModels | None = None,
) -> House:
    """A house as the settings want it.

    Raises KeyFileError, InvalidInput for an address of files that is none, ValueError for an unreadable
    failpoint, OSError for folders that cannot be made.
    """
    clock, ids = clock or SystemClock(), ids or Uuid7Source()
    foundations = lay(settings, clock, ids, source, failpoints, storage, embeddings)
    keys = _signing_keys(settings)
    application = application_of(settings, foundations, keys)
    storage = foundations.storage
    bus = bus_of(settings, foundations)
    lease, heavy = timedelta(seconds=settings.job_lease_seconds), settings.heavy_jobs
    workers = Workers(application, storage.jobs, bus, clock, lease=lease, heavy=heavy)
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


def _signing_keys(settings: Settings) -> list[SigningKey]:
    """Those that are set; else, in development, one of this data folder's own."""
    given = [SigningKey(key.kid, key.secret.get_secret_value().encode()) for key in settings.signing_keys]
    return given or [read_or_make_key(settings.data_dir / KEY_FILE)]
