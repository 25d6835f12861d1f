"""Where units of one process line up that are after the same guard, one of which at a time can pass it."""

from contextlib import AsyncExitStack

from killrvideo.service_interfaces.turns import Turns


class Queues:
    """A queue for each guard, for as long as anybody stands in it."""

    def __init__(self) -> None:
        self._turns = Turns()

    async def line_up(self, place: AsyncExitStack, key: str) -> None:
        """Returns when it is the caller's turn at the guard. ``place`` is what it has in another queue, which
        it leaves first: nobody waits in one and keeps others waiting in another.
        """
        await place.aclose()
        await place.enter_async_context(self._turns.of(key))
