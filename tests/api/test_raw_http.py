"""Bytes that no client library sends, over a socket: refused or passed over, and nothing of them is kept."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress

import pytest
import uvicorn

from killrvideo.cli.connections import BoundedHttp
from tests.api.refusals import contents
from tests.api.town import Person, Town

LIVE = b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


class Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves them to the test."""
        yield


class Served:
    """A town on a port of its own."""

    def __init__(self, town: Town, port: int, server: Server, serving: asyncio.Task[None]) -> None:
        self.town = town
        self._port, self._server, self._serving = port, server, serving

    async def send(self, request: bytes) -> bytes:
        """What is answered until the server hangs up or has heard that nothing more will come."""
        reader, writer = await self.open(request)
        answered = b""
        with suppress(ConnectionError):  # It need not listen to the end of what it refuses.
            writer.write_eof()
            answered = await reader.read()
        writer.close()
        return answered

    async def open(self, request: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(request)
        return reader, writer

    async def is_well(self) -> bool:
        return (await self.send(LIVE)).startswith(b"HTTP/1.1 200 ")

    async def stop(self) -> None:
        self._server.should_exit = True
        await self._serving


@pytest.fixture
async def served(town: Town) -> AsyncIterator[Served]:
    config = uvicorn.Config(
        town.house.web_app(), http=BoundedHttp, lifespan="off", log_config=None, timeout_graceful_shutdown=1
    )
    with socket.create_server(("127.0.0.1", 0)) as bound:
        server = Server(config)
        serving = asyncio.create_task(server.serve([bound]))
        running = Served(town, bound.getsockname()[1], server, serving)
        yield running
        await running.stop()


def head(method: str, path: str, by: Person, *lines: str) -> bytes:
    named = [f"{name}: {value}" for name, value in by.headers.items()]
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: a", *named, *lines, "", "")).encode("latin-1")


MALFORMED = {
    "nothing": b"",
    "blank lines": b"\r\n" * 1000,
    "a TLS greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "another protocol": b"SSH-2.0-client\r\n",
    "zeros": b"\x00" * 1000,
    "a version that is none": b"GET /health/live HTTP/9.9\r\nHost: a\r\n\r\n",
    "a method that is none": b"G\xc3T /health/live HTTP/1.1\r\nHost: a\r\n\r\n",
    "a header without a colon": b"GET /health/live HTTP/1.1\r\nHost a\r\n\r\n",
    "a blank in a header's name": b"GET /health/live HTTP/1.1\r\nHo st: a\r\n\r\n",
    "NUL in a header": b"GET /health/live HTTP/1.1\r\nHost: a\r\nX-A: a\x00b\r\n\r\n",
    "a lone CR in a header": b"GET /health/live HTTP/1.1\r\nHost: a\r\nX-A: a\rb: c\r\n\r\n",
    "a negative length": b"POST /api/v1/flags HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    "a length that is none": b"POST /api/v1/flags HTTP/1.1\r\nHost: a\r\nContent-Length: ten\r\n\r\n",
    "a length beyond all": b"POST /api/v1/flags HTTP/1.1\r\nContent-Length: " + b"9" * 30 + b"\r\n\r\n",
    "two lengths": b"POST /api/v1/flags HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
    "a chunk's size that is none": b"POST /api/v1/flags HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a chunk beyond all": b"POST /api/v1/flags HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"F" * 20,
    "a huge header": b"GET /health/live HTTP/1.1\r\nX-A: " + b"a" * 1_000_000,
    "a great many headers": b"GET /health/live HTTP/1.1\r\n" + b"X-A: a\r\n" * 100_000,
    "a huge address": b"GET /" + b"a" * 1_000_000,
}


@pytest.mark.parametrize("name", MALFORMED)
async def test_what_is_not_http_is_refused_and_the_server_lives(served: Served, name: str) -> None:
    answered = await served.send(MALFORMED[name])

    assert answered[:10] in (b"", b"HTTP/1.1 4")
    assert b"Traceback" not in answered
    assert await served.is_well()


ADDRESSES = (
    b"*",
    b"//",
    b"/%ff%fe",
    b"/%00",
    b"/\xff\xfe",
    b"/a\\b",
    b"http://evil/nowhere",
    b"nowhere",
    b"/?" + b"&" * 9,
)


@pytest.mark.parametrize("address", ADDRESSES)
async def test_an_odd_address_is_never_our_fault(served: Served, address: bytes) -> None:
    for method in (b"GET", b"OPTIONS", b"POST", b"CONNECT"):
        answered = await served.send(
            method + b" " + address + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        )

        assert answered[:10] in (b"", b"HTTP/1.1 4", b"HTTP/1.1 2"), answered[:300]
        assert b"Traceback" not in answered
    assert await served.is_well()


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 5"),
        ("Content-Length: 0", "Transfer-Encoding: identity, chunked"),
        ("Content-Length: 0", "Content-Length: 5"),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding : chunked",),
    ],
)
async def test_where_a_request_ends_is_never_a_matter_of_opinion(
    served: Served, lines: tuple[str, ...]
) -> None:
    """Else a proxy that is of another opinion could be made to pass on what it never saw."""
    creator = await served.town.person()
    video = await served.town.video(creator)
    before = await contents(served.town)
    hidden = head("DELETE", f"/api/v1/videos/{video}", creator)

    answered = await served.send(head("POST", "/health/live", creator, *lines) + b"0\r\n\r\n" + hidden)

    assert answered.startswith(b"HTTP/1.1 400 ")
    assert answered.count(b"HTTP/1.1 ") == 1
    assert await contents(served.town) == before


async def test_what_was_not_sent_to_its_end_is_not_kept(served: Served) -> None:
    creator = await served.town.person()
    video = await served.town.video(creator)
    before = await contents(served.town)
    path, body = f"/api/v1/videos/{video}/comments", b'{"text": "Well explained"}'
    longer = head("POST", path, creator, "Content-Type: application/json", f"Content-Length: {len(body) + 1}")
    chunked = head("POST", path, creator, "Content-Type: application/json", "Transfer-Encoding: chunked")

    for beginning in (longer + body, chunked + b"1a\r\n" + body, chunked + b"1a\r\n" + body + b"\r\n"):
        assert await served.send(beginning) == b""

    assert await served.is_well()
    assert await contents(served.town) == before


async def test_too_large_a_body_is_refused_before_it_is_sent(served: Served) -> None:
    creator = await served.town.person()
    announced = head("POST", "/api/v1/videos", creator, "Content-Length: 10000000", "Expect: 100-continue")

    reader, writer = await served.open(announced)
    answered = await reader.readuntil(b"\r\n\r\n")
    writer.close()

    assert answered.startswith(b"HTTP/1.1 413 ")
    assert b"application/problem+json" in answered


@pytest.mark.parametrize("begun", ["", "POST", "head", "body"])
async def test_who_takes_time_over_a_request_does_not_hold_up_the_end(served: Served, begun: str) -> None:
    creator = await served.town.person()
    video = await served.town.video(creator)
    before = await contents(served.town)
    whole = head("POST", f"/api/v1/videos/{video}/comments", creator, "Content-Length: 100")
    pieces = {"": b"", "POST": b"POST /api", "head": whole[:-2], "body": whole + b'{"text": "Wel'}

    reader, writer = await served.open(pieces[begun])
    assert await served.is_well()
    await served.stop()

    assert not (await reader.read()).startswith(b"HTTP/1.1 2")
    writer.close()
    assert await contents(served.town) == before
