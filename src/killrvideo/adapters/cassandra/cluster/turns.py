"""Asking many things of the store, a few at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

AT_A_TIME = 32
OF_A_PAGE = 200
"""More than the largest page stands for: what a page needs to know is one round trip."""

T = TypeVar("T")
U = TypeVar("U")


async def in_turns(
    items: Iterable[T], work: Callable[[T], Awaitable[U]], *, at_a_time: int = AT_A_TIME
) -> list[U]:
    """Does the work for every item, a few at a time; what came of each, in their order."""
    every = list(items)
    waiting, came = iter(enumerate(every)), dict[int, U]()

    async def some() -> None:
        for number, item in waiting:
            came[number] = await work(item)

    # So many tasks, however many items there are.
    await asyncio.gather(*(some() for _ in range(min(at_a_time, len(every)))))
    return [came[number] for number in range(len(every))]
