"""Language models that others serve, in the manner of OpenAI's API: one question, one answer of JSON.

An endpoint that fails is left alone for a while, so that not everybody who asks waits for it in vain. What
one who asks gives up goes on without them: only so is an endpoint that hangs found out by those in a hurry.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx2
import structlog

from killrvideo.domain.errors import ModelUnavailable

log = structlog.get_logger(__name__)

LARGEST = 32 * 1024 * 1024
"""Bytes of an answer: 64 vectors of four thousand numbers have a tenth of it."""
TRIES = 3
PAUSE = 0.2
"""Seconds before the second try; twice as many before the third."""
REST = 10.0
"""Seconds that an endpoint is left alone after it has failed."""
GIVEN_UP_MOST = 4
"""Questions that go on although nobody waits for them any more; meanwhile no further ones are asked."""
WORTH_ANOTHER_TRY = frozenset({408, 425, 429, 500, 502, 503, 504})
DISLIKED = frozenset({400, 413, 422})
"""What an endpoint says of one question; the next may please it."""

Sleep = Callable[[float], Awaitable[None]]


class Endpoint:
    """Holds one client, which is opened with the first question."""

    def __init__(
        self,
        address: str,
        *,
        api_key: str | None,
        timeout: float,
        now: Callable[[], float] = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """``address`` without the part that names the operation, such as ``https://api.example.org/v1``; what
        it has after a question mark is sent along. ``timeout``: seconds for a question with all its tries.
        """
        self._address = httpx2.URL(address)
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._timeout = timeout
        self._now = now
        self._sleep = sleep
        self._resting_until = now()
        self._client: httpx2.AsyncClient | None = None
        self._given_up: set[asyncio.Task[bytes]] = set()

    async def ask(self, operation: str, question: Mapping[str, Any]) -> bytes:
        """The answer as it came. Raises ModelUnavailable, whose sentence holds neither address nor key."""
        rest = self._resting_until - self._now()
        if rest > 0:
            raise ModelUnavailable(retry_after=rest)
        if len(self._given_up) >= GIVEN_UP_MOST:
            raise ModelUnavailable(retry_after=REST)
        asking = asyncio.create_task(self._answer(operation, question))
        try:
            return await asyncio.shield(asking)
        except asyncio.CancelledError:
            self._given_up.add(asking)
            asking.add_done_callback(self._forget)
            raise

    async def _answer(self, operation: str, question: Mapping[str, Any]) -> bytes:
        try:
            async with asyncio.timeout(self._timeout):
                return await self._ask(operation, question)
        except (TimeoutError, httpx2.HTTPError, _Failed) as fault:
            log.warning("model_endpoint_failed", host=self._address.host, reason=repr(fault))
            if not (isinstance(fault, _Failed) and fault.status in DISLIKED):
                self._resting_until = self._now() + REST
            raise ModelUnavailable(retry_after=REST) from None

    def _forget(self, asked: asyncio.Task[bytes]) -> None:
        self._given_up.discard(asked)
        if not asked.cancelled():
            asked.exception()  # Nobody else will ask for it, and asyncio complains of that.

    async def close(self) -> None:
        """May be called twice; another question would open a new client."""
        for asked in self._given_up:
            asked.cancel()
        await asyncio.gather(*self._given_up, return_exceptions=True)
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _ask(self, operation: str, question: Mapping[str, Any]) -> bytes:
        address = self._address.copy_with(path=f"{self._address.path.rstrip('/')}/{operation}")
        for number in range(1, TRIES):
            try:
                return await self._try(address, question)
            except (httpx2.TransportError, _Failed) as fault:
                if isinstance(fault, _Failed) and fault.status not in WORTH_ANOTHER_TRY:
                    raise
                await self._sleep(PAUSE * number)
        return await self._try(address, question)

    async def _try(self, address: httpx2.URL, question: Mapping[str, Any]) -> bytes:
        async with self._open().stream("POST", address, json=question) as response:
            if response.status_code != 200:
                raise _Failed(f"HTTP {response.status_code}", response.status_code)
            body = bytearray()
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > LARGEST:
                    raise _Failed("an answer that is far too large")
            return bytes(body)

    def _open(self) -> httpx2.AsyncClient:
        if self._client is None:
            self._client = httpx2.AsyncClient(
                timeout=self._timeout,
                follow_redirects=False,
                headers={"User-Agent": "KillrVideo", "Accept": "application/json", **self._headers},
            )
        return self._client


class _Failed(Exception):
    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status
