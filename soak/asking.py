"""Asking the API processes over HTTP, and noting how each request went."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import httpx2

API = "/api/v1"
TIMEOUT = 20.0
PAUSE = 1.0
"""Seconds until somebody who must know asks again."""
NO_ANSWER = 0


@dataclass(frozen=True, slots=True)
class Sample:
    operation: str
    phase: str
    into: float
    """Seconds since the phase began, when it was asked."""
    seconds: float
    status: int
    """Of HTTP; 0 if no answer came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    operation: str
    method: str
    path: str
    token: str | None = None
    body: Mapping[str, Any] | None = None
    key: str | None = None
    """Its Idempotency-Key."""


class Switchboard:
    """Each request goes to the next of the API processes."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._lines = [httpx2.AsyncClient(base_url=address, timeout=TIMEOUT) for address in addresses]
        self._turns = cycle(self._lines)
        self._phase, self._since = "", 0.0
        self.samples: list[Sample] = []

    def begin(self, phase: str) -> None:
        """What goes on from now on: stands on every sample."""
        self._phase, self._since = phase, time.perf_counter()

    async def close(self) -> None:
        for line in self._lines:
            await line.aclose()

    async def ask(self, request: Request) -> httpx2.Response | None:
        """None if no answer came."""
        headers = {} if request.token is None else {"Authorization": f"Bearer {request.token}"}
        if request.key is not None:
            headers["Idempotency-Key"] = request.key
        line, phase, began = next(self._turns), self._phase, time.perf_counter()
        into = began - self._since
        try:
            answer = await line.request(
                request.method, API + request.path, json=request.body, headers=headers
            )
        except httpx2.TransportError:
            answer = None
        status = NO_ANSWER if answer is None else answer.status_code
        self.samples.append(Sample(request.operation, phase, into, time.perf_counter() - began, status))
        return answer

    async def read(self, operation: str, path: str, token: str | None = None) -> httpx2.Response:
        """Asks until there is an answer other than a 503."""
        while True:
            answer = await self.ask(Request(operation=operation, method="GET", path=path, token=token))
            if answer is not None and answer.status_code != 503:
                return answer
            await asyncio.sleep(PAUSE)

    async def read_all(self, operation: str, path: str, token: str | None = None) -> tuple[list[Any], int]:
        """What is on all pages, and how much there is by the last of them."""
        items: list[Any] = []
        place = f"{path}{'&' if '?' in path else '?'}pageSize=100"
        after = ""
        while True:
            page = (await self.read(operation, place + after, token)).json()
            items += page["data"]
            following = page["pagination"].get("nextCursor")
            if not following:
                return items, page["pagination"]["totalItems"]
            after = f"&cursor={following}"
