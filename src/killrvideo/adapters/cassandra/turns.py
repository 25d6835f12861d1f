"""Asking many things of the store, a few at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

AT_A_TIME = 32

T = TypeVar("T")
U = TypeVar("U")


async def in_turns(items: Iterable[T], work: Callable[[T], Awaitable[U]]) -> list[U]:
    """Does the work for every item, a few at a time; what came of each, in their order."""
    limit = asyncio.Semaphore(AT_A_TIME)

    async def one(item: T) -> U:
        async with limit:
            return await work(item)

    return await asyncio.gather(*(one(item) for item in items))
