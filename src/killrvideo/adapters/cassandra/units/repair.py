"""Finishing, or taking back, the units of work that a crash left in between."""

import asyncio
import logging
import time
from collections.abc import Callable

from killrvideo.adapters.cassandra.tallies.folding import Folding
from killrvideo.adapters.cassandra.units.execution import Execution, is_abandoned
from killrvideo.adapters.cassandra.units.guards import Passage
from killrvideo.adapters.cassandra.units.intents import LANES, Intent
from killrvideo.adapters.cassandra.units.marks import Marks
from killrvideo.domain.errors import Unavailable

MARK = "repair"
LOOK_BACK = 10
"""Minutes that are looked at again and again, since an intent can become readable late."""
PATIENCE = 2.0
"""Seconds that a unit waits for one that was faster."""
GLANCES = 0.01
"""Seconds between two looks at whether it is through."""

log = logging.getLogger(__name__)


class Repair:
    def __init__(self, execution: Execution, folding: Folding, marks: Marks) -> None:
        self._execution = execution
        self._folding = folding
        self._marks = marks

    async def run(self, abandoned: Callable[[Intent], bool] = is_abandoned) -> int:
        """Looks through all lanes; how many units were abandoned. Several processes may do so at once."""
        now = int(time.time()) // 60
        first = await self._marks.get(MARK, now - LOOK_BACK)
        ended = 0
        for minute in range(first, now + 1):
            for lane in range(LANES):
                ended += await self._repair(lane, minute, abandoned)
        if first < now - LOOK_BACK:
            await self._marks.move(MARK, first, now - LOOK_BACK)
        return ended

    async def await_end(self, ahead: Passage) -> bool:
        """Returns once the unit is finished or taken back, and whether that took any time; raises Unavailable
        if it takes too long.
        """
        waited = False
        until = time.monotonic() + PATIENCE
        while (intent := await self._execution.intents.get(ahead.unit, ahead.stamp)) is not None:
            if is_abandoned(intent):
                await self._end(intent)
                return True
            if time.monotonic() > until:
                raise Unavailable("Another change of this is not finished. Try again in a few seconds.")
            waited = True
            await asyncio.sleep(GLANCES)
        return waited

    async def _repair(self, lane: int, minute: int, abandoned: Callable[[Intent], bool]) -> int:
        intents = await self._execution.intents.in_minute(lane, minute)
        left = [intent for intent in intents if abandoned(intent)]
        for intent in left:
            await self._end(intent)
        return len(left)

    async def _end(self, intent: Intent) -> None:
        finished = await self._execution.repair(intent)
        log.warning(
            "The unit of work '%s' was abandoned and is %s now.",
            intent.name,
            "finished" if finished else "taken back",
        )
        for subject, bin_ in intent.counted if finished else ():
            await self._folding.sum_up_late(subject, bin_)
