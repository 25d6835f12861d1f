"""What happens around every request: a correlation id, safe headers, a line in the log, a longest body."""

import time

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from killrvideo.api.problems import on_failure, on_http_error
from killrvideo.observability.context import bind_correlation_id

log = structlog.get_logger("killrvideo.access")

SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


class AroundRequest:
    """Pure ASGI, since a `BaseHTTPMiddleware` costs several times the whole request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope)
        correlation = bind_correlation_id(given.get("x-correlation-id") or given.get("x-request-id"))
        began = time.perf_counter()
        status = 500

        async def send_safely(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Correlation-ID"] = correlation
                for name, value in SAFE_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_safely)
        finally:
            log.info(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=status,
                ms=round((time.perf_counter() - began) * 1000, 1),
            )


class FailuresTold:
    """Answers what nobody foresaw with a problem that has the headers of every answer.

    Starlette would do so outside of all middleware, where a browser may not even read it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def send_on(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        except Exception as failure:
            if begun or scope["type"] != "http":
                raise
            answer = await on_failure(Request(scope), failure)
            await answer(scope, receive, send)


class BodyLimit:
    """Refuses a longer body, whether its length is announced or only found out while it is read.

    Starlette's own limit answers in plain text.
    """

    def __init__(self, app: ASGIApp, most_bytes: int, but: str) -> None:
        """Bodies under the path ``but`` are files: whoever takes them counts them."""
        self._app = app
        self._most = most_bytes
        self._but = but

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(self._but):
            await self._app(scope, receive, send)
            return
        if _announced(scope) > self._most:
            refusal = await on_http_error(Request(scope), HTTPException(413))
            await refusal(scope, receive, send)
            return
        read = 0

        async def receive_within() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._most:
                raise HTTPException(413)
            return message

        await self._app(scope, receive_within, send)


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isdecimal() and len(length) < 19 else 0
