"""A house on a store of its own for each test, asked through ASGI."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from killrvideo.domain.access import Role
from tests.api.town import Town, town_in
from tests.api.tus_client import Client
from tests.backends import CASSANDRA, SQLITE, EmptiedSession, SharedStorage
from tests.holding_still import CountingIds, ManualClock


@pytest.fixture(params=[SQLITE, CASSANDRA])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def town(
    tmp_path: Path, clock: ManualClock, ids: CountingIds, cassandra: EmptiedSession | None
) -> AsyncIterator[Town]:
    storage = None if cassandra is None else SharedStorage(cassandra, clock, ids)
    async with town_in(tmp_path, clock, ids, storage) as town:
        yield town
    if cassandra is not None:
        await cassandra.empty()


@pytest.fixture
async def tus(town: Town) -> Client:
    """A creator who uploads."""
    return Client(town, await town.person(Role.CREATOR))


@pytest.fixture
def client(town: Town) -> httpx2.AsyncClient:
    return town.client
