"""How many round trips to the store follow one another in what a task does.

Questions that are asked together count once: what a reader waits for is the longest chain of them. So that
the count does not depend on which answer happens to be faster, answers are handed out in rounds while it is
kept: all of a round together, when the last has come and nobody asks anything more without them.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SETTLING = 20
"""Turns of the event loop in which tasks that are ready to ask do so: a layer of tasks takes one or two."""


class Trips:
    def __init__(self) -> None:
        self.sequential = 0
        """Rounds so far: questions of one waited for an answer of the one before."""
        self.questions = 0
        self._unanswered = 0
        self._all_answered = asyncio.Event()
        self._handed_out = asyncio.Event()
        """Of the round that goes on."""
        self._ending: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """A question is asked; `end` is to follow."""
        self.questions += 1
        self.hold()

    def hold(self) -> None:
        """The round goes on; `release` is to follow."""
        self._unanswered += 1
        self._all_answered.clear()

    def release(self) -> None:
        self._unanswered -= 1
        if not self._unanswered:
            self._all_answered.set()

    async def end(self) -> None:
        """Its answer has come: returns when those of the round are handed out."""
        self.release()
        if self._ending is None:
            self._ending = asyncio.create_task(self._hand_out())
        await self._handed_out.wait()

    async def _hand_out(self) -> None:
        settled = 0
        while settled < SETTLING:
            await self._all_answered.wait()
            await asyncio.sleep(0)
            settled = settled + 1 if self._all_answered.is_set() else 0
        self.sequential += 1
        self._ending = None
        self._handed_out.set()
        self._handed_out = asyncio.Event()


_counted: ContextVar[Trips | None] = ContextVar("trips", default=None)


@contextmanager
def counted() -> Iterator[Trips]:
    """Counts what the task, and the tasks that it starts, ask inside the block."""
    trips = Trips()
    token = _counted.set(trips)
    try:
        yield trips
    finally:
        _counted.reset(token)


def begun() -> Trips | None:
    """A question begins: where it is counted, if it is."""
    trips = _counted.get()
    if trips is not None:
        trips.begin()
    return trips


@contextmanager
def getting_ready() -> Iterator[None]:
    """Inside the block a question is prepared, which its round waits for."""
    trips = _counted.get()
    if trips is None:
        yield
        return
    trips.hold()
    try:
        yield
    finally:
        trips.release()
