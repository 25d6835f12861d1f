"""Files of streams that are larger than what is held in memory at once, from a folder and from S3."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx2
import pytest
from fastapi import FastAPI

from killrvideo.adapters.blobs import open_blobs
from killrvideo.api.app import create_app
from killrvideo.features.streams import Streams
from killrvideo.service_interfaces.blobs import READ_CHUNK, BlobStore
from tests.api.targets import account_of
from tests.api.town import API, Town
from tests.backends import SQLITE
from tests.builders.blobs import PATIENCE
from tests.builders.keeping import keep
from tests.builders.media import an_uploaded_video
from tests.journeys.react.serving import served
from tests.stand_ins.s3 import CREDENTIALS, S3Server

LARGE = bytes(range(251)) * (3 * READ_CHUNK // 251)
NAME = "00000-720p-00000.m4s"


@pytest.fixture
def backend() -> str:
    """Files are no matter of the database."""
    return SQLITE


@pytest.fixture(params=["folder", "s3"])
def blobs(request: pytest.FixtureRequest, town: Town, monkeypatch: pytest.MonkeyPatch) -> BlobStore:
    if request.param == "folder":
        return town.house.foundations.blobs
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    server: S3Server = request.getfixturevalue("s3")
    return open_blobs(f"s3://{server.new_bucket()}", PATIENCE, endpoint=server.address, plain_http=True)


@pytest.fixture
def app(town: Town, blobs: BlobStore) -> FastAPI:
    streams = Streams(town.house.storage, blobs)
    return create_app(replace(town.house.application, streams=streams), town.house.cursors)


@pytest.fixture
async def path(town: Town, blobs: BlobStore) -> str:
    """Of a large file of a public video."""
    video = an_uploaded_video(account_of(await town.person()))
    await keep(town.house.storage, video)
    await blobs.put(f"videos/{video.id}/r1/{NAME}", LARGE)
    return f"{API}/videos/{video.id}/stream/r1/{NAME}"


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://town") as client:
        yield client


async def test_a_large_file_comes_as_a_whole_and_in_parts(client: httpx2.AsyncClient, path: str) -> None:
    whole = await client.get(path)
    etag = whole.headers["etag"]
    across = {"Range": f"bytes={READ_CHUNK - 3}-{2 * READ_CHUNK + 2}", "If-Range": etag}
    part = await client.get(path, headers=across)
    end = await client.get(path, headers={"Range": "bytes=-10"})
    known = await client.get(path, headers={"If-None-Match": etag})
    beyond = await client.get(path, headers={"Range": f"bytes={len(LARGE)}-"})

    assert whole.content == LARGE
    assert (part.status_code, part.content) == (206, LARGE[READ_CHUNK - 3 : 2 * READ_CHUNK + 3])
    assert (end.status_code, end.content) == (206, LARGE[-10:])
    assert (known.status_code, known.content) == (304, b"")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(LARGE)}")
    assert (await client.get(path.replace("720p", "480p"))).status_code == 404


async def test_whoever_goes_away_in_the_middle_disturbs_nobody(
    app: FastAPI, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(app) as address:
        for _ in range(5):
            reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
            writer.write(f"GET {path} HTTP/1.1\r\nHost: town\r\n\r\n".encode())
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
            writer.transport.abort()
        async with httpx2.AsyncClient(base_url=address) as client:
            assert (await client.get(path)).content == LARGE
            head = await client.head(path)

    assert (head.headers["content-length"], head.content) == (str(len(LARGE)), b"")
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []
