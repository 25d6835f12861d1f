"""An internet in memory: names that mean what the test says, and one server for all of them."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import httpx2

from killrvideo.adapters.downloads import Downloader
from tests.holding_still import ManualClock

PUBLIC, OTHER = "142.250.185.118", "2a00:1450:4001:80e::2016"
PRIVATE = "10.0.0.7"
NAMES = {"i.ytimg.com": [PUBLIC], "example.org": ["93.184.215.14"], "inside.example": [PRIVATE]}
PICTURE = "https://i.ytimg.com/vi/dQw4w9WgXcQ/hqdefault.jpg"
LARGEST = 1000

Answering = Callable[[httpx2.Request], httpx2.Response]


class Internet:
    """Names that mean what the test says, and one server for all of them."""

    def __init__(
        self, clock: ManualClock, answer: Answering, names: dict[str, list[str]] | None = None
    ) -> None:
        self.asked: list[httpx2.Request] = []
        self.looked_up: list[str] = []
        self.clock = clock
        self._answer = answer
        self._names = NAMES if names is None else names

    async def resolve(self, name: str, port: int) -> Sequence[str]:
        self.looked_up.append(name)
        if name not in self._names:
            raise OSError("Name or service not known")
        return self._names[name]

    def _respond(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        return self._answer(request)

    async def get(self, address: str, **options: Any) -> bytes:
        downloader = Downloader(
            self.clock,
            resolve=self.resolve,
            transports=lambda: httpx2.MockTransport(self._respond),
            **options,
        )
        return await downloader.get(address, LARGEST)


def always(status: int, **told: Any) -> Answering:
    return lambda request: httpx2.Response(status, **told)


async def _piece(body: bytes) -> AsyncIterator[bytes]:
    yield body


def a_file(body: bytes = b"picture", **headers: str) -> httpx2.Response:
    """As it comes over a wire."""
    return httpx2.Response(200, content=_piece(body), headers=headers)


def to(location: str, status: int = 302) -> Answering:
    return always(status, headers={"Location": location})
