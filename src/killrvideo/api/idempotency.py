"""Creating a thing once, however often the request is sent."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from killrvideo.application import Application
from killrvideo.domain.access import Caller
from killrvideo.domain.errors import AlreadyDone

T = TypeVar("T")


async def once(
    house: Application,
    caller: Caller,
    make: Callable[[], Awaitable[T]],
    made: Callable[[UUID], Awaitable[T]],
) -> T:
    """What ``make`` creates; when the caller's idempotency key was used before, ``made`` of what it created.

    The key is kept in the unit of work of the creation itself, so that a crash between the two cannot be.
    """
    key = caller.origin.request_key
    if key is not None:
        subject = await house.done_before(key)
        if subject is not None:
            return await made(subject)
    try:
        return await make()
    except AlreadyDone as done:
        return await made(done.subject)


async def just_once(house: Application, caller: Caller, make: Callable[[], Awaitable[None]]) -> None:
    """As `once`, for what is answered with nothing of what was made."""

    async def made(_: UUID) -> None:
        return None

    await once(house, caller, make, made)
