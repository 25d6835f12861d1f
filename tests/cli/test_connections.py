"""Connections that cost more than they bring are closed; the others never notice."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from killrvideo.cli import connections
from killrvideo.cli.connections import LARGEST_HEAD, BoundedHttp

PIECE = b"x" * 64 * 1024


async def reading(scope: Scope, receive: Receive, send: Send) -> None:
    size = len(await Request(scope, receive).body())
    await PlainTextResponse(f"{size} bytes")(scope, receive, send)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    config = uvicorn.Config(reading, lifespan="off", log_config=None)
    config.load()
    server = await asyncio.get_running_loop().create_server(
        lambda: BoundedHttp(config=config, server_state=ServerState(), app_state={}), "127.0.0.1", 0
    )
    async with server:
        yield server.sockets[0].getsockname()[1]


async def answer_to(port: int, *pieces: bytes) -> bytes:
    """Everything that comes until the server hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        return await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize("beginning", [b"GET /?q=", b"GET / HTTP/1.1\r\nX-Long: ", b"GET / HTTP/1.1\r\n"])
async def test_a_head_that_does_not_end_is_refused(port: int, beginning: bytes) -> None:
    endless = b"x" if beginning.endswith((b"=", b" ")) else b"X-Many: x\r\n"
    allowed = (beginning + endless * LARGEST_HEAD)[:LARGEST_HEAD]

    answer = await answer_to(port, allowed, b"x")

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.endswith(b"The head of this request is too large.")


async def test_a_large_body_is_no_large_head(port: int) -> None:
    pieces = 4 * LARGEST_HEAD // len(PIECE)
    head = f"POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: {pieces * len(PIECE)}\r\n\r\n"

    answer = await answer_to(port, head.encode(), *[PIECE] * pieces)

    assert answer.endswith(b"2097152 bytes")


async def test_many_requests_in_one_piece_are_all_answered(port: int) -> None:
    one, last = b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"

    answer = await answer_to(port, one * 9 + last)

    assert answer.count(b"HTTP/1.1 200 ") == 10


@pytest.mark.parametrize("begun", [b"", b"GET / HTT", b"GET / HTTP/1.1\r\nHost: a\r\n"])
async def test_nobody_keeps_a_place_without_asking(
    port: int, begun: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "PATIENCE", 0.01)

    assert await answer_to(port, begun) == b""
