"""The mark of a house is changed by one at a time, on every back end."""

from dataclasses import replace
from datetime import timedelta

import anyio

from killrvideo.domain.housekeeping import HouseMark
from killrvideo.service_interfaces.storage import Storage
from tests.holding_still import START

FIRST = HouseMark(word="first", swept_at=START)


async def test_there_is_none_until_it_is_made(storage: Storage) -> None:
    assert await storage.holdings.mark() is None
    assert not await storage.holdings.change_mark(FIRST, replace(FIRST, word="second"))
    assert await storage.holdings.change_mark(None, FIRST)
    assert not await storage.holdings.change_mark(None, replace(FIRST, word="second"))
    assert await storage.holdings.mark() == FIRST


async def test_only_what_it_is_can_be_changed(storage: Storage) -> None:
    await storage.holdings.change_mark(None, FIRST)
    coming = replace(FIRST, coming="second", swept_at=START + timedelta(milliseconds=1))
    assert await storage.holdings.change_mark(FIRST, coming)
    assert await storage.holdings.mark() == coming
    assert not await storage.holdings.change_mark(FIRST, replace(FIRST, coming="third"))
    assert await storage.holdings.mark() == coming


async def test_of_several_that_change_it_at_once_one_does(storage: Storage) -> None:
    changed: list[str] = []

    async def change(word: str) -> None:
        if await storage.holdings.change_mark(None, replace(FIRST, word=word)):
            changed.append(word)

    async with anyio.create_task_group() as group:
        for number in range(5):
            group.start_soon(change, str(number))
    mark = await storage.holdings.mark()
    assert mark is not None
    assert changed == [mark.word]
