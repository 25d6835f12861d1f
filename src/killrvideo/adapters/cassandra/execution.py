"""Carrying a unit of work out, so that a crash at any point leaves it done or undone, never in between.

Without guards a unit is one logged batch. With guards it is kept as an intent first; then come the guards
one after the other, the names it gives up, and the batch, which also drops the intent. All its writes carry
timestamps that were fixed in the intent: they can be written again, however late, and change nothing that
was written after them. What a crash leaves, the repair finishes once every guard has let the unit pass,
and takes back otherwise.

Whoever carries a unit out gives it up after `DEADLINE`, and a repair leaves it alone before `ABANDONED`: so
it is never in two hands, unless a process sleeps for seconds between looking at its clock and sending.
"""

import time

from killrvideo.adapters.cassandra.guards import Guards, Verdict
from killrvideo.adapters.cassandra.intents import Intent, Intents
from killrvideo.adapters.cassandra.session import CassandraSession
from killrvideo.adapters.cassandra.turns import in_turns
from killrvideo.domain.errors import Unavailable
from killrvideo.service_interfaces.failpoints import Failpoints, Stage, statement_point, unit_point

BATCH_BYTES = 30_000
"""A server warns at 5 KiB and refuses at 50; what is larger is written piece by piece under its intent."""
BATCH_STATEMENTS = 200
DEADLINE = 6.0
ABANDONED = 15.0
"""Seconds since a unit began."""


class Refused(Exception):
    """A guard did not let the unit pass; nothing of it is left."""

    def __init__(self, number: int, verdict: Verdict) -> None:
        super().__init__(f"guard {number}: {verdict}")
        self.number = number
        self.verdict = verdict


class Execution:
    def __init__(self, session: CassandraSession, failpoints: Failpoints) -> None:
        self._session = session
        self._failpoints = failpoints
        self._guards = Guards(session)
        self.intents = Intents(session)

    async def run(self, intent: Intent) -> None:
        """Raises Refused, or Unavailable: then the repair decides what becomes of it."""
        if not intent.guards and _is_small(intent):
            await self._session.write_all(intent.writes)
            return
        await self.intents.keep(intent)
        self._failpoints.reach(unit_point(intent.name, Stage.COLLECTED))
        for number, guard in enumerate(intent.guards):
            _hurry(intent)
            verdict = await self._guards.apply(guard, intent.unit, intent.stamp)
            if not verdict.applied:
                await self._take_back(intent, number)
                raise Refused(number, verdict)
            self._failpoints.reach(statement_point(intent.name, number + 1))
        _hurry(intent)
        await self._finish(intent)

    async def repair(self, intent: Intent) -> bool:
        """Finishes an abandoned unit or takes it back; whether it was finished."""
        passed = await self._guards.passed(intent.guards, intent.unit)
        if all(passed):
            await self._finish(intent)
            return True
        await self._take_back(intent, len(intent.guards))
        return False

    async def _finish(self, intent: Intent) -> None:
        for key, holder in intent.releases:
            await self._guards.release(key, holder)
        self._failpoints.reach(unit_point(intent.name, Stage.APPLIED))
        if _is_small(intent):
            await self._session.write_all([*intent.writes, await self.intents.dropping(intent)])
        else:
            await in_turns(intent.writes, lambda write: self._session.write_all([write]))
            await self.intents.drop(intent)

    async def _take_back(self, intent: Intent, number: int) -> None:
        """The guards before this one, the last first."""
        for guard in reversed(intent.guards[:number]):
            await self._guards.take_back(guard, intent.unit)
        await self.intents.drop(intent)


def age_of(intent: Intent) -> float:
    """Seconds since it began."""
    return time.time() - intent.stamp / 1_000_000


def _hurry(intent: Intent) -> None:
    if age_of(intent) > DEADLINE:
        raise Unavailable("Cassandra was too slow. Try again in a moment.")


def _is_small(intent: Intent) -> bool:
    size = sum(write.size for write in intent.writes)
    return size <= BATCH_BYTES and len(intent.writes) <= BATCH_STATEMENTS
