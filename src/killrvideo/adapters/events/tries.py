"""Handling one event patiently: within a time limit, and again after growing pauses."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from killrvideo.domain.errors import Unavailable
from killrvideo.domain.events import Recorded
from killrvideo.service_interfaces.events import Subscription

LIMIT = timedelta(seconds=10)
"""How long a handler may take."""
PAUSES = (0.1, 0.5, 2.0, 5.0, 15.0)
"""Seconds before each further try of a handler that failed; then the event is given up."""
LONGEST = LIMIT * (1 + len(PAUSES)) + timedelta(seconds=sum(PAUSES))
"""How long all tries of an event may take."""

Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds."""

log = logging.getLogger(__name__)


class Interrupted(Exception):
    """The event is not handled, and is somebody else's from now on."""


def until(stop: asyncio.Event, pause: Pause) -> Pause:
    """Such a pause, which raises Interrupted as soon as it is to stop."""

    async def pausing(seconds: float) -> None:
        both = [asyncio.ensure_future(pause(seconds)), asyncio.ensure_future(stop.wait())]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in both:
                each.cancel()
            await asyncio.gather(*both, return_exceptions=True)
        if stop.is_set():
            raise Interrupted

    return pausing


async def at_any_time(_needed: timedelta) -> None:
    """Nobody else handles the event."""


async def handled_or_error(
    subscription: Subscription,
    recorded: Recorded,
    pause: Pause,
    before_each: Callable[[timedelta], Awaitable[None]] = at_any_time,
) -> Exception | None:
    """None when the event is handled, else the last error.

    ``before_each`` is told how long the next pause and try may take, and may raise to end this. Raises
    Unavailable too: no event is to blame for a store that is away.
    """
    error: Exception | None = None
    for seconds in (0.0, *PAUSES):
        await before_each(LIMIT + timedelta(seconds=seconds))
        if seconds:
            await pause(seconds)
        error = await _try(subscription, recorded)
        if error is None:
            break
    return error


async def _try(subscription: Subscription, recorded: Recorded) -> Exception | None:
    try:
        async with asyncio.timeout(LIMIT.total_seconds()):
            await subscription.handler(recorded)
    except Unavailable:
        raise
    except Exception as error:
        log.warning(
            "%s could not handle event %s (%s)",
            subscription.group,
            recorded.event_id,
            recorded.type,
            exc_info=error,
        )
        return error
    return None
