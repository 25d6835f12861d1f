"""Pages of long lists: by number for people, by position for programs that read on.

A page by number costs more the deeper it is, so numbers stop at the first 10,000 items. A position in a list
by time is the sort key of the last item seen: reading on from it costs the same at any depth. A ranked list
is ranked as a whole for each page; its position only says how many items were read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from killrvideo.domain.errors import InvalidCursor, PageTooDeep
from killrvideo.domain.instants import from_millis, to_millis

T = TypeVar("T")
U = TypeVar("U")

DEFAULT_SIZE = 10
LARGEST_SIZE = 100
DEEPEST_ITEM = 10_000
COUNTED_AT_MOST = 1_000
"""Search totals stop counting here and say that they did."""

Position = tuple[int | str, ...]
"""The sort key of the last item seen: ``(millis, id)`` in lists by time, ``(items read,)`` in ranked ones."""


def position_in_time(instant: datetime, item_id: UUID) -> Position:
    return (to_millis(instant), item_id.hex)


def time_of(position: Position) -> tuple[datetime, UUID]:
    """The inverse of `position_in_time`; raises InvalidCursor for another list's position."""
    match position:
        case (int(millis), str(hexadecimal)):
            return from_millis(millis), UUID(hexadecimal)
    raise InvalidCursor("This cursor belongs to another list.")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which part of a list is wanted: page ``number``, or what follows ``after`` when that is given."""

    number: int = 1
    size: int = DEFAULT_SIZE
    after: Position | None = None

    def __post_init__(self) -> None:
        if self.after is None and self.number * self.size > DEEPEST_ITEM:
            raise PageTooDeep(
                f"Pages reach the first {DEEPEST_ITEM:,} items; to read further, send the last answer's "
                "`pagination.nextCursor` as `cursor`."
            )

    @property
    def offset(self) -> int:
        """Items to pass over; for a ranked list the cursor says how many were read."""
        if self.after is None:
            return (self.number - 1) * self.size
        match self.after:
            case (int(read),):
                return read
        raise InvalidCursor("This cursor belongs to another list.")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Part of a list, and how to read on."""

    items: tuple[T, ...]
    total: int
    """The size of the whole list, never of this page."""
    next: Position | None = None
    """What to read after; None when the list ends here."""
    total_is_capped: bool = False

    def of(self, make: Callable[[T], U]) -> "Page[U]":
        """The same page of what ``make`` makes of each item."""
        return Page(tuple(make(item) for item in self.items), self.total, self.next, self.total_is_capped)


def page_by_rank(items: Sequence[T], total: int, wanted: PageRequest, *, capped: bool = False) -> Page[T]:
    """A page of a ranked list, where the position is how many items were read."""
    read = wanted.offset + len(items)
    return Page(tuple(items), total, (read,) if items and read < total else None, capped)
