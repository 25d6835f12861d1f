"""One subscription's way through the outbox: in order, at least once, past what cannot be handled."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from killrvideo.adapters.events.positions import Position
from killrvideo.domain.events import Recorded, UnknownEvent
from killrvideo.service_interfaces.events import Delivery, Outbox, Subscription
from killrvideo.service_interfaces.failpoints import RELAY_HANDLED, Failpoints

BATCH = 64
"""Events that are handled before the position is saved."""
LIMIT = timedelta(seconds=10)
"""How long a handler may take with one event."""
PAUSES = (0.1, 0.5, 2.0, 5.0, 15.0)
"""Seconds before each further try of a handler that failed; then the event is buried."""

Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds."""

log = logging.getLogger(__name__)


class Tail:
    def __init__(
        self,
        subscription: Subscription,
        outbox: Outbox,
        position: Position,
        pause: Pause,
        failpoints: Failpoints,
    ) -> None:
        self.subscription = subscription
        self.position = position
        self.woken = asyncio.Event()
        self._outbox = outbox
        self._pause = pause
        self._failpoints = failpoints
        self._one_at_a_time = asyncio.Lock()

    @property
    def is_every_nodes(self) -> bool:
        return self.subscription.delivery is Delivery.EVERY_NODE

    async def hand_out(self) -> int | None:
        """Handles everything that waits; how many events, or None while another process has the group."""
        async with self._one_at_a_time:
            handled = 0
            while await self._outbox.last() > self.position.known:
                if not await self.position.hold(LIMIT):
                    return None
                batch = await self._outbox.after(self.position.known, BATCH)
                if not batch:
                    break
                handled += await self._hand_out(batch)
            return handled

    async def _hand_out(self, batch: Sequence[Recorded]) -> int:
        """Saves how far it came, also when it is interrupted."""
        handled: list[Recorded] = []
        try:
            for recorded in batch:
                if not await self._deliver(recorded):
                    break
                handled.append(recorded)
                self._failpoints.reach(RELAY_HANDLED)
        finally:
            if handled:
                await self.position.save(handled[-1].sequence)
        return len(handled)

    async def _deliver(self, recorded: Recorded) -> bool:
        """False when another process has taken the group over."""
        if isinstance(recorded.event, UnknownEvent):
            await self._pass_over(recorded, recorded.event)
            return True
        error: Exception | None = None
        for pause in (0.0, *PAUSES):
            if not await self.position.hold(LIMIT + timedelta(seconds=pause)):
                return False
            if recorded.sequence <= self.position.known:
                return True  # The lease was lost and regained: another process has handled it.
            if pause:
                await self._pause(pause)
            error = await self._try(recorded)
            if error is None:
                return True
        await self._bury(recorded, f"{type(error).__name__}: {error}")
        return True

    async def _try(self, recorded: Recorded) -> Exception | None:
        try:
            async with asyncio.timeout(LIMIT.total_seconds()):
                await self.subscription.handler(recorded)
        except Exception as error:
            log.warning(
                "%s could not handle event %s (%s)",
                self.subscription.group,
                recorded.event_id,
                recorded.type,
                exc_info=error,
            )
            return error
        return None

    async def _pass_over(self, recorded: Recorded, event: UnknownEvent) -> None:
        """A process can do without what it does not understand; a group must not lose it."""
        if not self.is_every_nodes:
            await self._bury(recorded, f"This version of KillrVideo cannot read events of type {event.name}.")

    async def _bury(self, recorded: Recorded, error: str) -> None:
        await self._outbox.bury(self.subscription.group, recorded, error)
        log.error("%s gave up event %s: %s", self.subscription.group, recorded.event_id, error)
