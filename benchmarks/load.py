"""A small HTTP/1.1 load generator: keep-alive connections that each send the next request at once.

Python's HTTP clients cost several times what the server does and would measure themselves; this one reads
no more of an answer than its status and its length.
"""

import asyncio
import time
from collections.abc import Callable
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


class _Reader(asyncio.Protocol):
    """Reads one answer after the other and counts it."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._buffer = bytearray()
        self._asked = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def send(self, request: Request, since: float) -> None:
        self._asked = since
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(HEADER_END)
        if end < 0:
            return
        head = bytes(self._buffer[:end]).lower()
        start = head.find(b"content-length:")
        length = int(head[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0
        if len(self._buffer) < end + len(HEADER_END) + length:
            return
        self._buffer.clear()
        status = int(head[9:12])
        self._outcome.latencies.append(time.perf_counter() - self._asked)
        self._outcome.statuses[status] = self._outcome.statuses.get(status, 0) + 1
        self.answered()

    def answered(self) -> None:
        """One whole answer is there."""


class _Connection(_Reader):
    """Sends the next request as soon as the last is answered, until the time is over."""

    def __init__(self, choose: Callable[[], Request], outcome: Outcome, until: float) -> None:
        super().__init__(outcome)
        self._choose = choose
        self._until = until
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.answered()

    def answered(self) -> None:
        now = time.perf_counter()
        if now < self._until:
            self.send(self._choose(), now)
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio passes it
        if not self.finished.done():
            self.finished.set_result(None)


class _OneByOne(_Reader):
    """Sends what it is given, and says when it is free again."""

    give_back: Callable[["_OneByOne"], None]

    def ask(self, request: Request, due: float) -> None:
        self.send(request, due)

    def answered(self) -> None:
        self.give_back(self)


async def closed_loop(
    port: int, choose: Callable[[], Request], *, connections: int, seconds: float
) -> Outcome:
    """Every connection sends one request after the other: the most that the server gives."""
    outcome = Outcome()
    began = time.perf_counter()
    until = began + seconds
    loop = asyncio.get_running_loop()
    opened = [
        await loop.create_connection(lambda: _Connection(choose, outcome, until), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.gather(*(protocol.finished for _, protocol in opened))
    outcome.seconds = time.perf_counter() - began
    return outcome


async def open_loop(
    port: int, choose: Callable[[], Request], *, per_second: float, connections: int, seconds: float
) -> Outcome:
    """Requests come when they come, whether the last was answered or not. What waits for a free connection
    waits on the server's account: latencies count from when a request was due.
    """
    outcome = Outcome()
    loop = asyncio.get_running_loop()
    pairs = [
        await loop.create_connection(lambda: _OneByOne(outcome), "127.0.0.1", port)
        for _ in range(connections)
    ]
    free: asyncio.Queue[_OneByOne] = asyncio.Queue()
    for _, connection in pairs:
        connection.give_back = free.put_nowait
        free.put_nowait(connection)
    began = time.perf_counter()
    for number in range(int(per_second * seconds)):
        due = began + number / per_second
        if due > time.perf_counter():
            await asyncio.sleep(due - time.perf_counter())
        (await free.get()).ask(choose(), due)
    for _ in pairs:
        await free.get()
    outcome.seconds = time.perf_counter() - began
    for transport, _ in pairs:
        transport.close()
    return outcome
