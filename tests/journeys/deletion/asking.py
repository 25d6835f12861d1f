"""GET requests straight to an application: a proof asks tens of thousands of them."""

from typing import Any
from urllib.parse import unquote

import orjson
from starlette.types import ASGIApp, Message

TEXTS = (b"text/vtt; charset=utf-8", b"application/vnd.apple.mpegurl")


async def get(app: ASGIApp, path: str, token: str | None) -> tuple[int, Any]:
    """The status and the body, read if it is JSON."""
    answered: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        answered.append(message)

    await app(_scope(path, token), receive, send)
    body = b"".join(message.get("body", b"") for message in answered[1:])
    is_text = dict(answered[0]["headers"]).get(b"content-type") in TEXTS
    return answered[0]["status"], body.decode() if is_text else orjson.loads(body)


def _scope(path: str, token: str | None) -> dict[str, Any]:
    raw_path, _, query = path.encode().partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "server": ("town", 80),
        "client": ("127.0.0.1", 50000),
        "root_path": "",
        "path": unquote(raw_path.decode()),
        "raw_path": raw_path,
        "query_string": query,
        "headers": [(b"authorization", f"Bearer {token}".encode())] if token else [],
    }
