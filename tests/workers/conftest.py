"""A site whose workers are at rest until a test opens or settles them, and the log they write."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import structlog
from structlog.testing import LogCapture
from structlog.typing import EventDict

from killrvideo.bootstrap import build
from killrvideo.settings.model import Settings
from killrvideo.workers import backlog, jobs, leases, pool, schedule
from tests.builders.keeping import keep
from tests.holding_still import CountingIds, ManualClock
from tests.stand_ins.embeddings import StandInModels, WordHashEmbeddings
from tests.workers.site import Site
from tests.workers.youtube import YouTubeInMemory


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, durability="off", argon2_memory_kib=8, argon2_time=1)


@pytest.fixture
async def site(settings: Settings, clock: ManualClock, ids: CountingIds) -> AsyncIterator[Site]:
    async with _opened("first process", settings, clock, ids) as site:
        await keep(site.storage, site.account)
        yield site


@pytest.fixture
async def neighbour(
    site: Site, settings: Settings, clock: ManualClock, ids: CountingIds
) -> AsyncIterator[Site]:
    """Another process of the same store."""
    async with _opened("second process", settings, clock, ids) as neighbour:
        yield neighbour


@asynccontextmanager
async def _opened(
    process: str, settings: Settings, clock: ManualClock, ids: CountingIds
) -> AsyncIterator[Site]:
    youtube = YouTubeInMemory()
    models = StandInModels(WordHashEmbeddings())
    house = build(settings, clock=clock, ids=ids, source=youtube, embeddings=models)
    async with house.opened(workers=False):
        site = Site(house, clock, youtube, process)
        yield site
        await site.workers.close()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> list[EventDict]:
    """What the workers logged, whatever other tests have set up for the log."""
    capture = LogCapture()
    for module in (backlog, jobs, leases, pool, schedule):
        monkeypatch.setattr(module, "log", structlog.wrap_logger(None, processors=[capture]))
    return capture.entries
