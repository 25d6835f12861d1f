"""What holds for every request of tus 1.0.0: its version, and methods that some networks let not through."""

from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from killrvideo.api.problems import on_refusal
from killrvideo.domain.errors import UnsupportedProtocol

VERSION = "1.0.0"
OF_ALL = frozenset({"POST"})
OF_ONE = frozenset({"PATCH", "DELETE", "HEAD"})
"""Those may be sent in a header of a POST."""


class TusProtocol:
    """Around everything under one path: `X-HTTP-Method-Override`, and `Tus-Resumable` both ways."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_under(self._path, scope["path"]):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        scope = {**scope, "method": _method(scope["method"], headers)}
        spoken = OF_ALL if scope["path"] == self._path else OF_ONE
        if scope["method"] not in spoken or headers.get("tus-resumable") == VERSION:
            await self._app(scope, receive, _telling(send, {"Tus-Resumable": VERSION}))
            return
        refusal = await on_refusal(
            Request(scope), UnsupportedProtocol(f"Send Tus-Resumable: {VERSION} with every request.")
        )
        told = {"Tus-Resumable": VERSION, "Tus-Version": VERSION}
        await refusal(scope, receive, _telling(send, told))


def _is_under(path: str, asked: str) -> bool:
    return asked == path or asked.startswith(f"{path}/")


def _method(method: str, headers: Headers) -> str:
    wanted = headers.get("x-http-method-override", "").upper()
    return wanted if method == "POST" and wanted in OF_ONE else method


def _telling(send: Send, told: dict[str, str]) -> Send:
    async def send_on(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(told)
            if message["status"] == HTTPStatus.NO_CONTENT:
                MutableHeaders(scope=message).setdefault("Cache-Control", "no-store")
        await send(message)

    return send_on
