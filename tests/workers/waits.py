"""Waiting that takes no time: it ends when the test says so."""

import asyncio


class ManualWaits:
    """``wait`` keeps Wait: it ends by its event, or when the test ends waits of so many seconds."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, asyncio.Event]] = []
        self._one_more = asyncio.Condition()

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        time_is_up = asyncio.Event()
        either = [asyncio.create_task(one.wait()) for one in (event, time_is_up)]
        async with self._one_more:
            self._waiting.append((seconds, time_is_up))
            self._one_more.notify_all()
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._waiting.remove((seconds, time_is_up))
            for task in either:
                task.cancel()
            await asyncio.gather(*either, return_exceptions=True)

    async def begun(self, seconds: float) -> None:
        """Returns when somebody waits for so many seconds."""
        async with self._one_more:
            await self._one_more.wait_for(lambda: self._waiting_for(seconds))

    async def end(self, seconds: float) -> None:
        """Ends all waits of so many seconds, once there are any."""
        await self.begun(seconds)
        for time_is_up in self._waiting_for(seconds):
            time_is_up.set()

    def _waiting_for(self, seconds: float) -> list[asyncio.Event]:
        """Those that have not been ended."""
        return [event for asked, event in self._waiting if asked == seconds and not event.is_set()]
