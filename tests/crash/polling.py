"""Looking again and again at what another process does."""

import asyncio
from collections.abc import Awaitable, Callable

QUICK = 0.05
"""Seconds between two looks."""


async def until(is_so: Callable[[], Awaitable[bool]], *, within: float = 60.0) -> None:
    """Returns once it is so; raises AssertionError when so many seconds' looks were in vain."""
    for _ in range(round(within / QUICK)):
        if await is_so():
            return
        await asyncio.sleep(QUICK)
    raise AssertionError(f"In {within:.0f} seconds it never became so.")
