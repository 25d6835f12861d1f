"""The two ways in which a group is handed what waits: one by one, or all together."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Protocol

from killrvideo.adapters.events.leases import Hold, Lease
from killrvideo.adapters.events.tries import LIMIT, Pause, handled_or_error
from killrvideo.domain.events import Recorded, UnknownEvent
from killrvideo.service_interfaces.events import Forwarding, Outbox, Subscription

log = logging.getLogger(__name__)


class TakenOver(Exception):
    """Another process has the lane, or may have had it in between: what was read of it holds no more."""


class Consumer(Protocol):
    def handle(self, batch: Sequence[Recorded], lease: Lease) -> AsyncIterator[Recorded]:
        """Yields each event, in order, once it is handled. Raises TakenOver, or what hinders the handler."""
        ...


class OneByOne:
    """Tries an event a few times and then buries it, so that it holds up nothing behind it."""

    def __init__(self, subscription: Subscription, outbox: Outbox, pause: Pause) -> None:
        self._subscription = subscription
        self._outbox = outbox
        self._pause = pause

    async def handle(self, batch: Sequence[Recorded], lease: Lease) -> AsyncIterator[Recorded]:
        async def keep(needed: timedelta) -> None:
            if await lease.hold(needed) is not Hold.KEPT:
                raise TakenOver

        for recorded in batch:
            if isinstance(recorded.event, UnknownEvent):
                await _bury_unknown(self._outbox, lease.group, recorded, recorded.event)
            else:
                error = await handled_or_error(self._subscription, recorded, self._pause, keep)
                if error is not None:
                    await _bury(self._outbox, lease.group, recorded, f"{type(error).__name__}: {error}")
            yield recorded


class AllTogether:
    """Hands on a whole batch or fails: it is then for whoever reads the lane to come again."""

    def __init__(self, forwarding: Forwarding, outbox: Outbox) -> None:
        self._forwarding = forwarding
        self._outbox = outbox

    async def handle(self, batch: Sequence[Recorded], lease: Lease) -> AsyncIterator[Recorded]:
        async with asyncio.timeout(LIMIT.total_seconds()):
            await self._forwarding.handler(
                [each for each in batch if not isinstance(each.event, UnknownEvent)]
            )
        for recorded in batch:
            if isinstance(recorded.event, UnknownEvent):
                await _bury_unknown(self._outbox, lease.group, recorded, recorded.event)
            yield recorded


async def _bury_unknown(outbox: Outbox, group: str, recorded: Recorded, event: UnknownEvent) -> None:
    await _bury(
        outbox, group, recorded, f"This version of KillrVideo cannot read events of type {event.name}."
    )


async def _bury(outbox: Outbox, group: str, recorded: Recorded, error: str) -> None:
    await outbox.bury(group, recorded, error)
    log.error("%s gave up event %s: %s", group, recorded.event_id, error)
