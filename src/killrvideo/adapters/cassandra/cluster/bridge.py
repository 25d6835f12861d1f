"""From the driver's threads to the event loop: no thread waits for a query, and answers share wake-ups."""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from cassandra.cluster import ResponseFuture, ResultSet


@dataclass(frozen=True, slots=True)
class Answer:
    rows: list[dict[str, Any]]
    state: bytes | None
    """Where the driver reads on; None when this was the last page."""


class Bridge:
    """To be begun on the event loop that it leads to."""

    _loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        self._arrived: deque[tuple[asyncio.Future[Answer], Answer | Exception]] = deque()
        self._called = False

    def begin(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._arrived.clear()
        self._called = False

    async def answer(self, asked: ResponseFuture) -> Answer:
        """Raises what the driver does. A caller that gives up leaves the query running: it has no undo."""
        future: asyncio.Future[Answer] = self._loop.create_future()

        def succeeded(rows: list[dict[str, Any]] | None) -> None:
            state = ResultSet(asked, rows).paging_state if asked.has_more_pages else None
            self._arrive(future, Answer(rows or [], state))

        asked.add_callbacks(succeeded, lambda error: self._arrive(future, error))
        return await future

    def _arrive(self, future: asyncio.Future[Answer], outcome: Answer | Exception) -> None:
        """Called in a thread of the driver's."""
        self._arrived.append((future, outcome))
        if not self._called:
            self._called = True
            with suppress(RuntimeError):  # The loop is closed: nobody waits any more.
                self._loop.call_soon_threadsafe(self._hand_over)

    def _hand_over(self) -> None:
        # Said first: what arrives from now on calls again.
        self._called = False
        while self._arrived:
            future, outcome = self._arrived.popleft()
            if future.done():
                continue
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
