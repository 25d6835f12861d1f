"""Exposures on their way to the store: noted in memory by requests, written down by a task of its own.

Each account is written once for each round of an experiment, however often it is served. What was noted a
moment before a crash is lost, and with it nothing but that moment: the account is noted again when it next
meets the experiment.
"""

import asyncio
import logging
from collections import OrderedDict, deque
from uuid import UUID

from killrvideo.domain.errors import AlreadyExposed
from killrvideo.domain.exposures import Exposure
from killrvideo.service_interfaces.exposing import expose
from killrvideo.service_interfaces.storage import Storage

REMEMBERED = 50_000
"""Exposures that this process knows to be noted; others are looked up in the store, off the request's way."""
WAITING_MOST = 10_000
AT_ONCE = 16

log = logging.getLogger(__name__)

Who = tuple[str, int, UUID]


class Exposures:
    """To be used on the event loop."""

    def __init__(
        self, storage: Storage, *, remembered: int = REMEMBERED, waiting_most: int = WAITING_MOST
    ) -> None:
        self._storage = storage
        self._remembered = remembered
        self._waiting_most = waiting_most
        self._noted: OrderedDict[Who, None] = OrderedDict()
        self._waiting: deque[Exposure] = deque()
        self._writing = asyncio.Lock()

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def note(self, exposure: Exposure) -> None:
        """At once. While the store has been away for so long that too many wait, those who come anew are
        noted some other time.
        """
        who = (exposure.experiment, exposure.round, exposure.account_id)
        if who in self._noted:
            self._noted.move_to_end(who)
        elif len(self._waiting) < self._waiting_most:
            self._noted[who] = None
            self._waiting.append(exposure)
            if len(self._noted) > self._remembered:
                self._noted.popitem(last=False)

    async def write(self) -> None:
        """Writes what waits; what cannot be written waits on, and its error is raised. So does what was being
        written when this is cancelled: if it was written after all, that is seen the next time.
        """
        async with self._writing:
            while self._waiting:
                taken = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
                tasks = [asyncio.create_task(self._write_one(one)) for one in taken]
                try:
                    ended = await asyncio.gather(*tasks, return_exceptions=True)
                finally:
                    left = [one for one, task in zip(taken, tasks, strict=True) if not _is_done_well(task)]
                    self._waiting.extendleft(reversed(left))
                for error in filter(None, ended):
                    raise error

    async def _write_one(self, exposure: Exposure) -> None:
        known = await self._storage.experiments.exposures_of(exposure.account_id)
        if any(one.id == exposure.id for one in known):
            return
        try:
            await expose(self._storage, exposure)
        except AlreadyExposed:
            log.debug("Another process was faster to note an exposure to %s.", exposure.experiment)


def _is_done_well(task: asyncio.Task[None]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is None
