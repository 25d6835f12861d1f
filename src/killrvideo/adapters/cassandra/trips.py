"""How many round trips to the store follow one another in what a task does.

Questions that are asked together count once: what a reader waits for is the longest chain of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Trips:
    sequential: int = 0
    """The longest chain so far of questions of which each waited for the one before."""
    questions: int = 0


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


@contextmanager
def trip() -> Iterator[None]:
    """Around each question."""
    trips = _counted.get()
    if trips is None:
        yield
        return
    place = trips.sequential + 1
    trips.questions += 1
    try:
        yield
    finally:
        trips.sequential = max(trips.sequential, place)
