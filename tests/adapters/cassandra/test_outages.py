"""Cassandra away at the start, lost, or hung: 503 and nothing worse; all is well again without a restart."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from killrvideo.bootstrap import build, load_settings
from tests.crash.polling import until
from tests.servers import cassandra_address, why_no_cassandra
from tests.stand_ins.wire import Wire, wire_to

pytestmark = pytest.mark.skipif(cassandra_address() is None, reason=why_no_cassandra())
KEYSPACE = f"outages_{os.getpid()}"
READ = "/api/v1/videos/latest"
WRITE = "/api/v1/users/register"
PERSON = {"firstname": "A", "lastname": "B", "email": "a@example.com", "password": "long enough 1"}


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    where = cassandra_address()
    assert where is not None
    async with wire_to(where.host, where.port) as wire:
        yield wire


@asynccontextmanager
async def client_of(wire: Wire, folder: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """Asks a whole house that stands at this end of the wire."""
    settings = load_settings(
        {
            "store": "cassandra",
            "cassandra_port": wire.port,
            "cassandra_keyspace": KEYSPACE,
            "cassandra_timeout_seconds": 1,
            "data_dir": folder,
            "argon2_memory_kib": 8,
            "argon2_time": 1,
        },
        env_file=None,
    )
    house = build(settings)
    transport = httpx2.ASGITransport(house.web_app(), raise_app_exceptions=False)
    async with (
        house.opened(workers=True),
        httpx2.AsyncClient(transport=transport, base_url="http://house") as client,
    ):
        yield client


async def is_ready(client: httpx2.AsyncClient) -> bool:
    return (await client.get("/health/ready")).status_code == 200


async def refuses(client: httpx2.AsyncClient) -> None:
    for answer in (
        await client.get("/health/ready"),
        await client.get(READ),
        await client.post(WRITE, json=PERSON),
    ):
        assert answer.status_code == 503, answer.text
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "unavailable"
        assert int(answer.headers["Retry-After"]) > 0
    assert (await client.get("/health/live")).status_code == 200


async def serves(client: httpx2.AsyncClient) -> None:
    """Soon: on a busy machine a first read may come too early for a store that has just come back."""

    async def is_served() -> bool:
        return await is_ready(client) and (await client.get(READ)).status_code == 200

    await until(is_served)


async def test_a_house_opens_before_cassandra_and_serves_once_it_is_there(wire: Wire, tmp_path: Path) -> None:
    await wire.cut()
    async with client_of(wire, tmp_path) as client:
        await refuses(client)
        await wire.lay()
        await serves(client)


async def test_a_house_outlives_the_loss_of_its_connections(wire: Wire, tmp_path: Path) -> None:
    async with client_of(wire, tmp_path) as client:
        await serves(client)
        await wire.cut()
        await refuses(client)
        await wire.lay()
        await serves(client)


async def test_a_server_that_hangs_is_given_up_in_time(wire: Wire, tmp_path: Path) -> None:
    async with client_of(wire, tmp_path) as client:
        await serves(client)
        wire.hang()
        await refuses(client)
        wire.go_on()
        await serves(client)
