"""Pages of lists by time, newest first: where to begin to read, how many rows, and what is the page of them.

Rows are read from the top, or from behind the last item seen. A page by number passes over the ids of all
that comes before it, 10,000 at most; a page by position costs the same at any depth.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import Row
from killrvideo.domain.paging import Page, PageRequest, Position, position_in_time, time_of

Place = tuple[datetime, UUID]
"""What rows are sorted by, newest first."""

TOP: Place = (datetime(9999, 12, 31, tzinfo=UTC), UUID(int=2**128 - 1))
"""In front of every row."""


def place_in_time(wanted: PageRequest) -> Place:
    """What to read on behind; raises InvalidCursor for another list's position."""
    return TOP if wanted.after is None else time_of(wanted.after)


def rows_for(wanted: PageRequest) -> int:
    """How many rows behind the place the page takes: also those in front of it, and one that says that the
    list goes on.
    """
    return _skipped(wanted) + wanted.size + 1


def page_in_time(rows: Sequence[Row], total: int, wanted: PageRequest) -> Page[Row]:
    """The page of what was read; rows have their instant as ``at`` beside their ``id``."""
    first = _skipped(wanted)
    items = tuple(rows[first : first + wanted.size])
    goes_on = len(rows) > first + wanted.size
    return Page(items, total, _position(items[-1]) if goes_on else None)


def uuid_order(value: UUID) -> tuple[int, int]:
    """How Cassandra sorts ids: by version, and those that begin with the low bits of a time by the time."""
    version = value.int >> 76 & 0xF
    if version != 1:
        return version, value.int
    return version, value.time << 64 | value.int & 0xFFFF_FFFF_FFFF_FFFF


def in_time(row: Row) -> tuple[datetime, tuple[int, int]]:
    """The key that sorts rows as Cassandra does."""
    return row["at"], uuid_order(row["id"])


def _skipped(wanted: PageRequest) -> int:
    return wanted.offset if wanted.after is None else 0


def _position(row: Row) -> Position:
    return position_in_time(aware(row["at"]), row["id"])
