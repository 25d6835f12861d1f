"""Pages of lists by time, newest first: ``(instant, id) < (?, ?) ... LIMIT ? OFFSET ?`` on an index.

A page by number starts from the end of time and passes over what comes before it; a page by position
starts right after the last item seen, so it costs the same at any depth.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from killrvideo.adapters.sqlite.database import Row
from killrvideo.domain.instants import to_millis
from killrvideo.domain.paging import Page, PageRequest, Position, time_of

T = TypeVar("T")

END_OF_TIME = 2**63 - 1


def slice_in_time(wanted: PageRequest) -> tuple[int, bytes, int, int]:
    """The four parameters of such a list, one row more than the page holds; raises InvalidCursor."""
    if wanted.after is None:
        return END_OF_TIME, b"", wanted.size + 1, wanted.offset
    instant, item_id = time_of(wanted.after)
    return to_millis(instant), item_id.bytes, wanted.size + 1, 0


def page_in_time(
    rows: Sequence[Row],
    total: int,
    wanted: PageRequest,
    make: Callable[[Row], T],
    position: Callable[[T], Position],
) -> Page[T]:
    """The page; a row more than it holds says that the list goes on."""
    items = tuple(make(row) for row in rows[: wanted.size])
    return Page(items, total, position(items[-1]) if len(rows) > wanted.size else None)
