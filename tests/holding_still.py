"""Time and identity that move only when a test moves them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from killrvideo.domain.instants import to_millis

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class ManualClock:
    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, step: timedelta) -> None:
        self._now += step


class CountingIds:
    """Valid UUIDv7 of the instant that a clock shows, the same in every run."""

    def __init__(self, now: Callable[[], datetime] = lambda: START) -> None:
        self._now = now
        self._count = count(1)

    def new(self) -> UUID:
        millis, number = to_millis(self._now()), next(self._count)
        return UUID(int=millis << 80 | 0x7 << 76 | 0b10 << 62 | number)
