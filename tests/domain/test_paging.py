"""Which part of a list is wanted, by number and by position."""

from uuid import UUID

import pytest

from killrvideo.domain.errors import InvalidCursor, PageTooDeep
from killrvideo.domain.paging import DEEPEST_ITEM, PageRequest, page_by_rank, position_in_time, time_of
from tests.holding_still import START

ITEM = UUID(int=7)


def test_pages_by_number_reach_just_so_deep() -> None:
    deepest = PageRequest(number=DEEPEST_ITEM // 100, size=100)
    assert deepest.offset + deepest.size == DEEPEST_ITEM
    with pytest.raises(PageTooDeep, match="cursor"):
        PageRequest(number=DEEPEST_ITEM // 100 + 1, size=100)
    assert PageRequest(number=DEEPEST_ITEM, size=100, after=(20_000,)).offset == 20_000


def test_a_position_in_time_is_read_back_and_no_other_lists() -> None:
    assert time_of(position_in_time(START, ITEM)) == (START, ITEM)
    with pytest.raises(InvalidCursor):
        time_of((10,))
    with pytest.raises(InvalidCursor):
        _ = PageRequest(after=position_in_time(START, ITEM)).offset


def test_a_ranked_list_ends_where_its_items_do() -> None:
    first = page_by_rank("abc", 5, PageRequest(size=3))
    assert (first.items, first.next) == (("a", "b", "c"), (3,))
    assert page_by_rank("de", 5, PageRequest(size=3, after=first.next)).next is None
    assert page_by_rank("", 5, PageRequest(number=4, size=3)).next is None
