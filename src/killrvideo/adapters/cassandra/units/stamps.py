"""The timestamps that plain writes carry: of two writes of one cell, the one with the later stamp stays."""

import time
from datetime import UTC, datetime


class Stamps:
    """Microseconds since 1970, never the same twice in one process."""

    def __init__(self) -> None:
        self._last = 0

    def next(self, room: int = 1, *, after: int = 0) -> int:
        """The first of ``room`` stamps in a row that nobody else in this process gets, behind ``after``."""
        first = max(time.time_ns() // 1000, self._last + 1, after + 1)
        self._last = first + room - 1
        return first


def time_of(stamp: int) -> datetime:
    return datetime.fromtimestamp(stamp / 1_000_000, UTC)


def now_stamp() -> int:
    """The present instant; it orders nothing, unlike those that `Stamps` hands out."""
    return time.time_ns() // 1000
