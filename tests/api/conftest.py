"""A house on a store of its own for each test, asked through ASGI."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from killrvideo.bootstrap import build
from killrvideo.settings.sources import load_settings
from tests.api.town import KnownVideos, Town
from tests.holding_still import CountingIds, ManualClock


@pytest.fixture
async def town(tmp_path: Path, clock: ManualClock, ids: CountingIds) -> AsyncIterator[Town]:
    settings = load_settings(
        {
            "data_dir": tmp_path,
            "durability": "off",
            "argon2_memory_kib": 8,
            "argon2_time": 1,
            "rate_limits": False,
            "workers": False,
        },
        env_file=None,
    )
    source = KnownVideos()
    house = build(settings, clock=clock, ids=ids, source=source)
    transport = httpx2.ASGITransport(house.web_app(), raise_app_exceptions=False)
    async with (
        house.opened(workers=False),
        httpx2.AsyncClient(transport=transport, base_url="http://town") as client,
    ):
        yield Town(house, client, clock, source)


@pytest.fixture
def client(town: Town) -> httpx2.AsyncClient:
    return town.client
