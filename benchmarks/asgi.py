"""Asking an application in its own process, without a socket and a client: what it costs by itself."""

from collections.abc import MutableMapping
from typing import Any

from starlette.types import ASGIApp

Message = MutableMapping[str, Any]


async def ask(app: ASGIApp, method: str, path: str, token: str | None = None, body: bytes = b"") -> bytes:
    """The body of the answer; raises RuntimeError for a refusal. ``path`` may have a query."""
    place, _, query = path.partition("?")
    headers = [(b"host", b"bench"), (b"accept", b"application/json")]
    if token is not None:
        headers.append((b"authorization", b"Bearer " + token.encode()))
    if body:
        headers.append((b"content-type", b"application/json"))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": place,
        "raw_path": place.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }
    status, told = 0, b""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, told
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            told += message.get("body", b"")

    await app(scope, receive, send)
    if status >= 400:
        raise RuntimeError(f"{method} {path}: {status} {told.decode()}")
    return told
