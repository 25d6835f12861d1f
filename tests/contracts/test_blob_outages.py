"""A store of blobs that is away, hung, full of locks or set up wrongly: refused in time, and said plainly."""

import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from killrvideo.adapters.blobs import Patience, open_blobs
from killrvideo.domain.errors import Unavailable
from killrvideo.service_interfaces.blobs import BlobStore
from tests.builders.blobs import HELLO, MIB, PATIENCE, keys, pieces
from tests.stand_ins.s3 import CREDENTIALS, S3Server, s3_server

IMPATIENCE = Patience(connecting=timedelta(milliseconds=200), request=timedelta(milliseconds=200), tries=2)

VERBS: dict[str, Callable[[BlobStore], Awaitable[object]]] = {
    "put": lambda blobs: blobs.put("greeting", HELLO),
    "stream": lambda blobs: blobs.put("stream", pieces(5, 8 * MIB)),
    "short stream": lambda blobs: blobs.put("stream", pieces(1, 1)),
    "create": lambda blobs: blobs.create("greeting", HELLO),
    "read": lambda blobs: blobs.read("greeting"),
    "head": lambda blobs: blobs.head("greeting"),
    "list": lambda blobs: blobs.list("videos"),
    "walk": lambda blobs: anext(blobs.walk("videos")),
    "delete": lambda blobs: blobs.delete("greeting"),
    "delete all": lambda blobs: blobs.delete_all("videos"),
    "copy": lambda blobs: blobs.copy("greeting", "copy"),
}
EVERY_VERB = pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
Verb = Callable[[BlobStore], Awaitable[object]]


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def closed() -> Iterator[str]:
    """An address where nobody listens, and nobody else can begin to."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


def bucket_at(address: str, *, plain_http: bool = True) -> BlobStore:
    return open_blobs("s3://bucket/prefix", IMPATIENCE, endpoint=address, plain_http=plain_http)


@EVERY_VERB
async def test_a_store_that_is_away_is_unavailable_for_now(closed: str, verb: Verb) -> None:
    with pytest.raises(Unavailable, match="does not answer") as refused:
        await verb(bucket_at(closed))

    assert refused.value.retry_after >= 1


@EVERY_VERB
async def test_a_store_that_hangs_is_given_up_within_the_limit(silent: str, verb: Verb) -> None:
    with pytest.raises(Unavailable, match=r"does not answer|not answer in time") as refused:
        await verb(bucket_at(silent))

    assert refused.value.retry_after >= 1


async def test_a_store_that_goes_away_while_it_is_written_is_unavailable() -> None:
    async def write(server: S3Server) -> None:
        address = f"s3://{server.new_bucket()}"
        blobs = open_blobs(address, IMPATIENCE, endpoint=server.address, plain_http=True)
        async with blobs.writer("film") as writer:
            await writer.write(bytes(9 * MIB))
            server.stop()
            for _ in range(4):
                await writer.write(bytes(8 * MIB))

    with s3_server() as server, pytest.raises(Unavailable):
        await write(server)


@pytest.mark.parametrize("name", ["put", "stream", "list", "read"])
async def test_a_bucket_that_is_not_there_is_named_as_the_reason(s3: S3Server, name: str) -> None:
    blobs = open_blobs("s3://no-such-bucket", PATIENCE, endpoint=s3.address, plain_http=True)

    with pytest.raises(Unavailable, match="no such bucket"):
        await VERBS[name](blobs)


async def test_an_endpoint_without_tls_has_to_be_allowed(s3: S3Server) -> None:
    with pytest.raises(Unavailable, match="without TLS has to be allowed"):
        await bucket_at(s3.address, plain_http=False).head("greeting")


async def test_a_disk_that_hangs_hangs_neither_the_loop_nor_the_reader(tmp_path: Path) -> None:
    """A pipe stands for a file on a disk that does not answer: opening it waits for a writer."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    once = Patience(connecting=IMPATIENCE.connecting, request=IMPATIENCE.request, tries=1)
    try:
        with pytest.raises(Unavailable, match="in time"):
            await open_blobs(tmp_path.as_uri(), once).read("pipe")
        blobs = open_blobs(tmp_path.as_uri(), PATIENCE)
        await blobs.put("greeting", HELLO)
        assert await keys(blobs) == ["greeting"]
    finally:
        # Lets the thread go that still waits.
        with suppress(OSError):
            os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
