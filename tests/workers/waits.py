"""Waiting that takes no time: it ends when the test says so."""

import asyncio
from dataclasses import dataclass, field

Which = float | str
"""Waits of so many seconds, or those of the asyncio task with this name."""


@dataclass(eq=False, slots=True)
class Waiting:
    seconds: float
    by: str
    """The name of an asyncio task."""
    time_is_up: asyncio.Event = field(default_factory=asyncio.Event)


class ManualWaits:
    """``wait`` keeps Wait: it ends by its event, or when the test ends such waits."""

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []
        self._one_more = asyncio.Condition()

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        task = asyncio.current_task()
        waiting = Waiting(seconds, task.get_name() if task else "")
        either = [asyncio.create_task(one.wait()) for one in (event, waiting.time_is_up)]
        async with self._one_more:
            self._waiting.append(waiting)
            self._one_more.notify_all()
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._waiting.remove(waiting)
            for one in either:
                one.cancel()
            await asyncio.gather(*either, return_exceptions=True)

    async def begun(self, which: Which) -> None:
        """Returns when somebody waits so."""
        async with self._one_more:
            await self._one_more.wait_for(lambda: self._such(which))

    async def end(self, which: Which) -> None:
        """Ends all such waits, once there are any."""
        await self.begun(which)
        for time_is_up in self._such(which):
            time_is_up.set()

    def _such(self, which: Which) -> list[asyncio.Event]:
        """Those that have not been ended."""
        events = [one.time_is_up for one in self._waiting if which in {one.seconds, one.by}]
        return [event for event in events if not event.is_set()]
