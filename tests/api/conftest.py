"""A house on a store of its own for each test, asked through ASGI."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from tests.api.town import Town, town_in
from tests.holding_still import CountingIds, ManualClock


@pytest.fixture
async def town(tmp_path: Path, clock: ManualClock, ids: CountingIds) -> AsyncIterator[Town]:
    async with town_in(tmp_path, clock, ids) as town:
        yield town


@pytest.fixture
def client(town: Town) -> httpx2.AsyncClient:
    return town.client
