"""Carrying a unit of work out, so that a crash at any point leaves it done or undone, never in between.

A unit without guards, and without names to give up, is one logged batch. Any other is kept as an intent
first; then come the guards one after the other, the names it gives up, a batch with all that follows from
the change, and a batch that concludes it, with the rows by which others know of it: who reads a version reads
all that belongs to it. At last the intent is dropped. All writes carry timestamps that were fixed in the
intent: they can be written again, however late, and change nothing that was written after them. What a crash
leaves, the repair finishes once every guard has let the unit pass, and takes back otherwise.

Whoever carries a unit out gives it up in time, and a repair leaves it alone for more than twice as long: so
it is never in two hands, unless a process sleeps for seconds between looking at its clock and sending.
"""

import time
from collections.abc import Sequence

from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.cluster.turns import in_turns
from killrvideo.adapters.cassandra.units.guards import Guard, Guards, Verdict
from killrvideo.adapters.cassandra.units.intents import Intent, Intents
from killrvideo.domain.errors import Unavailable
from killrvideo.service_interfaces.failpoints import Failpoints, Stage, statement_point, unit_point

BATCH_BYTES = 30_000
"""A server warns at 5 KiB and refuses at 50; what is larger is written piece by piece under its intent."""
BATCH_STATEMENTS = 200
ONE_BY_ONE = 8
"""Guards that are passed one after the other: of two units that want the same ones, one passes. The many of
an import, which nobody else wants, are passed side by side.
"""
A_UNIT = 1.5
"""Times what one answer of Cassandra may take: so long may a unit take."""
A_GUARD, A_WRITE = 0.1, 0.01
"""Seconds that each guard and each write adds."""
ABANDONED = 2.5
"""Times its own patience: so long after it began a unit is taken for abandoned."""


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

    def patience(self, guards: int, writes: int) -> float:
        """How many seconds a unit with so many of them may take."""
        return A_UNIT * self._session.address.timeout + A_GUARD * guards + A_WRITE * writes

    async def run(self, intent: Intent) -> None:
        """Raises Refused, or Unavailable: then the repair decides what becomes of it."""
        if not intent.guards and not intent.releases and _is_small(intent):
            await self._session.write_all([*intent.writes, *intent.conclusion])
            return
        await self.intents.keep(intent)
        self._failpoints.reach(unit_point(intent.name, Stage.COLLECTED))
        if len(intent.guards) > ONE_BY_ONE:
            verdicts = await in_turns(range(len(intent.guards)), lambda number: self._pass(intent, number))
        else:
            verdicts = await self._pass_in_order(intent)
        for number, verdict in enumerate(verdicts):
            if not verdict.applied:
                passed = [at for at, each in zip(intent.guards, verdicts, strict=False) if each.applied]
                await self._take_back(intent, passed)
                raise Refused(number, verdict)
        _hurry(intent)
        await self._finish(intent)

    async def repair(self, intent: Intent) -> bool:
        """Finishes an abandoned unit or takes it back; whether it was finished."""
        passed = await self._guards.passed(intent.guards, intent.unit)
        if all(passed):
            await self._finish(intent)
            return True
        await self._take_back(intent, intent.guards)
        return False

    async def _pass_in_order(self, intent: Intent) -> list[Verdict]:
        """Up to the first guard that refuses."""
        verdicts: list[Verdict] = []
        while len(verdicts) < len(intent.guards) and all(verdict.applied for verdict in verdicts):
            verdicts.append(await self._pass(intent, len(verdicts)))
        return verdicts

    async def _pass(self, intent: Intent, number: int) -> Verdict:
        _hurry(intent)
        verdict = await self._guards.apply(intent.guards[number], intent.unit, intent.first, intent.stamp)
        if verdict.applied:
            self._failpoints.reach(statement_point(intent.name, number + 1))
        return verdict

    async def _finish(self, intent: Intent) -> None:
        for key, holder in intent.releases:
            await self._guards.release(key, holder)
        self._failpoints.reach(unit_point(intent.name, Stage.APPLIED))
        for writes in (intent.writes, intent.conclusion):
            if _is_small(intent):
                await self._session.write_all(writes)
            else:
                await in_turns(writes, lambda write: self._session.write_all([write]))
        await self.intents.drop(intent)

    async def _take_back(self, intent: Intent, guards: Sequence[Guard]) -> None:
        """The last first; those that the unit has not passed are left as they are."""
        for guard in reversed(guards):
            await self._guards.take_back(guard, intent.unit)
        await self.intents.drop(intent)


def is_abandoned(intent: Intent) -> bool:
    return _age_of(intent) > ABANDONED * intent.patience


def _age_of(intent: Intent) -> float:
    return time.time() - intent.stamp / 1_000_000


def _hurry(intent: Intent) -> None:
    if _age_of(intent) > intent.patience:
        raise Unavailable("Cassandra was too slow. Try again in a moment.")


def _is_small(intent: Intent) -> bool:
    writes = [*intent.writes, *intent.conclusion]
    return sum(write.size for write in writes) <= BATCH_BYTES and len(writes) <= BATCH_STATEMENTS
