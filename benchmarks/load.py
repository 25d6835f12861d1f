"""A small HTTP/1.1 load generator: keep-alive connections that each send the next request at once.

Python's HTTP clients cost several times what the server does and would measure themselves; this one reads
no more of an answer than its status and its length.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Request = bytes
HEADER_END = b"\r\n\r\n"


@dataclass(slots=True)
class Outcome:
    """What one run saw. Latencies are in seconds."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    @property
    def failures(self) -> int:
        return sum(count for status, count in self.statuses.items() if status >= 400)

    def percentile(self, share: float) -> float:
        """The latency that this share of the answers did not exceed."""
        ranked = sorted(self.latencies)
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def get(path: str, token: str | None = None) -> Request:
    return _request("GET", path, token, b"")


def post(path: str, body: bytes, token: str | None = None) -> Request:
    return _request("POST", path, token, body)


def _request(method: str, path: str, token: str | None, body: bytes) -> Request:
    lines = [f"{method} {path} HTTP/1.1", "Host: bench", "Accept: application/json"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if method == "POST":
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + HEADER_END + body


class _Connection(asyncio.Protocol):
    """Sends a request, waits for the whole answer, sends the next, until told to stop."""

    def __init__(self, choose: Callable[[], Request], outcome: Outcome, until: float) -> None:
        self._choose = choose
        self._outcome = outcome
        self._until = until
        self._buffer = bytearray()
        self._sent = 0.0
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(HEADER_END)
        if end < 0:
            return
        head = bytes(self._buffer[:end]).lower()
        start = head.find(b"content-length:")
        length = int(head[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0
        if len(self._buffer) < end + 4 + length:
            return
        status = int(head[9:12])
        self._buffer.clear()
        now = time.perf_counter()
        self._outcome.latencies.append(now - self._sent)
        self._outcome.statuses[status] = self._outcome.statuses.get(status, 0) + 1
        if now < self._until:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.finished.done():
            self.finished.set_result(None)

    def _send(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(self._choose())


async def closed_loop(port: int, requests: Sequence[Request], *, connections: int, seconds: float) -> Outcome:
    """Every connection sends one request after the other, chosen at random: the most that the server gives."""
    chooser = random.Random(1)
    outcome = Outcome()
    began = time.perf_counter()
    loop = asyncio.get_running_loop()
    pairs = [
        await loop.create_connection(
            lambda: _Connection(lambda: chooser.choice(requests), outcome, began + seconds), "127.0.0.1", port
        )
        for _ in range(connections)
    ]
    await asyncio.gather(*(protocol.finished for _, protocol in pairs))
    outcome.seconds = time.perf_counter() - began
    return outcome
