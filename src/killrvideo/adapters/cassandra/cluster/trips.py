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


def begin() -> int:
    """Before a question: its place in the chain, to be handed to `end`; 0 where nobody counts."""
    trips = _counted.get()
    if trips is None:
        return 0
    trips.questions += 1
    return trips.sequential + 1


def end(place: int) -> None:
    trips = _counted.get() if place else None
    if trips is not None:
        trips.sequential = max(trips.sequential, place)
