"""One question to YouTube over HTTPS: bounded in size, never led astray, its failures put into words."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx2

from killrvideo.adapters.retry_after import seconds_of
from killrvideo.domain.errors import SourceFailed
from killrvideo.service_interfaces.clock import Clock

LARGEST = 1024 * 1024
"""Bytes of an answer; a true one has a few thousand."""

# Seen when the connection kept from the last question was closed at the other end.
DROPPED = (httpx2.ReadError, httpx2.WriteError, httpx2.RemoteProtocolError)


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer that is neither a failure of the server nor a request to slow down."""

    status: int
    body: bytes


class Fetcher:
    """Holds one client, which is opened with the first question."""

    def __init__(
        self, clock: Clock, timeout: float, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        """``timeout`` in seconds, for each step of a connection."""
        self._clock = clock
        self._timeout = timeout
        self._transport = transport
        self._client: httpx2.AsyncClient | None = None

    async def get(self, address: str, parameters: Mapping[str, str]) -> Fetched:
        """Raises SourceFailed; its sentence never holds the address, which may have a key in it."""
        try:
            try:
                return await self._get(address, parameters)
            except DROPPED:
                return await self._get(address, parameters)
        except httpx2.TimeoutException:
            raise SourceFailed("YouTube takes too long to answer; try again later.") from None
        except (httpx2.HTTPError, httpx2.InvalidURL):
            raise SourceFailed("YouTube cannot be reached at the moment; try again later.") from None

    async def close(self) -> None:
        """May be called twice; another question would open a new client."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _get(self, address: str, parameters: Mapping[str, str]) -> Fetched:
        async with self._open().stream("GET", address, params=parameters) as response:
            self._refuse_failure(response)
            return Fetched(response.status_code, await _body(response))

    def _open(self) -> httpx2.AsyncClient:
        if self._client is None:
            self._client = httpx2.AsyncClient(
                timeout=self._timeout,
                transport=self._transport,
                follow_redirects=False,
                headers={"User-Agent": "KillrVideo", "Accept": "application/json"},
            )
        return self._client

    def _refuse_failure(self, response: httpx2.Response) -> None:
        status = response.status_code
        retry_after = seconds_of(response.headers.get("Retry-After"), self._clock.now())
        if status == 429:
            raise SourceFailed(
                "YouTube asks us to send fewer requests; try again later.", retry_after=retry_after
            )
        if status >= 500:
            raise SourceFailed(
                f"YouTube has trouble of its own (HTTP {status}); try again later.", retry_after=retry_after
            )
        if 300 <= status < 400:
            raise SourceFailed("YouTube sent us somewhere else instead of answering; try again later.")


async def _body(response: httpx2.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > LARGEST:
            raise SourceFailed("YouTube's answer is far too large; try again later.")
    return bytes(body)
