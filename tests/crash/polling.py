"""Looking again and again at what another process does."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

QUICK = 0.05
"""Seconds between two looks."""


async def until(is_so: Callable[[], Awaitable[bool]], *, within: float = 60.0) -> None:
    """Returns once it is so; raises AssertionError when so many seconds' looks were in vain."""
    for _ in range(round(within / QUICK)):
        if await is_so():
            return
        await asyncio.sleep(QUICK)
    raise AssertionError(f"In {within:.0f} seconds it never became so.")


def is_finished(told: Mapping[str, Any]) -> bool:
    """Whether nothing is left to do for a video, of what its owner reads of it: it is in ERROR, or READY and
    somebody was told.
    """
    states = {step["state"] for step in told.get("steps", ())}
    return told["status"] == "ERROR" or (told["status"] == "READY" and states <= {"done", "failed"})
