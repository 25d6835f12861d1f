"""The unit of work of the distributed store: planned at commit, carried out as a logged batch."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from uuid import UUID, uuid4

from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.outbox.event_rows import event_writes
from killrvideo.adapters.cassandra.tallies.folding import Folding
from killrvideo.adapters.cassandra.tallies.tallies import Tallies
from killrvideo.adapters.cassandra.units.execution import Execution, Refused
from killrvideo.adapters.cassandra.units.intents import Intent
from killrvideo.adapters.cassandra.units.marks import Marks
from killrvideo.adapters.cassandra.units.plan import Plan, Planner
from killrvideo.adapters.cassandra.units.queues import Queues
from killrvideo.adapters.cassandra.units.repair import Repair
from killrvideo.adapters.cassandra.units.request_keys import give_back, spend
from killrvideo.adapters.cassandra.units.stamps import Stamps
from killrvideo.domain.errors import Unavailable
from killrvideo.domain.events import Event, Origin
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.failpoints import Failpoints, Stage, unit_point
from killrvideo.service_interfaces.units import UnitOfWork

TRIES = 12
"""Of a unit whose plan was overtaken."""
PAUSE = 0.005
"""Seconds before the second try, at most; each further one waits up to twice as long, to a half second."""


class Foundation:
    """What the units of one process share."""

    def __init__(
        self,
        session: CassandraSession,
        clock: Clock,
        ids: IdSource,
        failpoints: Failpoints,
        *,
        keys_kept: timedelta = timedelta(days=1),
    ) -> None:
        """``keys_kept`` is how long an idempotency key is remembered."""
        self.session = session
        self.keys_kept = keys_kept
        self.clock = clock
        self.ids = ids
        self.failpoints = failpoints
        self.stamps = Stamps()
        self.queues = Queues()
        self.execution = Execution(session, failpoints)
        self.tallies = Tallies(session, Marks(session))
        self.folding = Folding(session, self.tallies)
        self.repair = Repair(self.execution, self.folding, Marks(session))
        self.committed: list[Callable[[], None]] = []
        """Called after each commit."""
        self.purging: list[Callable[[VideoId], Awaitable[None]]] = []
        """Called, more than once, for a video that is gone: each drops what one store keeps about it."""
        self.erasing: list[Callable[[Plan, AccountId], Awaitable[None]]] = []
        """Each plans that what one store keeps forgets an account that is erased in the same unit."""


class CassandraUnitOfWork:
    """Asks each verb for its part of the plan, in the order in which they were added, then carries it out."""

    def __init__(self, foundation: Foundation, name: str, origin: Origin) -> None:
        self._on = foundation
        self._name = name
        self._origin = origin
        self._planners: list[Planner] = []
        self._events: list[Event] = []
        self._made: UUID | None = None
        self._unmade: UUID | None = None
        self._afterwards: list[Callable[[], Awaitable[None]]] = []
        self._committed = False

    @property
    def origin(self) -> Origin:
        return self._origin

    def publish(self, event: Event) -> None:
        self._events.append(event)

    def made(self, subject: UUID) -> None:
        self._made = subject

    def unmade(self, subject: UUID) -> None:
        self._unmade = subject

    def plan(self, planner: Planner) -> None:
        """Adds a verb. It may be asked more than once, and must then plan from what it reads anew."""
        self._planners.append(planner)

    def afterwards(self, task: Callable[[], Awaitable[None]]) -> None:
        """Adds what `commit` waits for once the unit is durable. A crash in between leaves it undone."""
        self._afterwards.append(task)

    async def commit(self) -> None:
        if self._committed:
            raise RuntimeError(f"The unit of work '{self._name}' was committed before.")
        self._committed = True
        if self._planners or self._events or self._made is not None or self._unmade is not None:
            await self._commit()
            for told in self._on.committed:
                told()
            for task in self._afterwards:
                await task()

    async def _commit(self) -> None:
        async with AsyncExitStack() as place:
            await self._try(place)
        self._on.failpoints.reach(unit_point(self._name, Stage.COMMITTED))

    async def _try(self, place: AsyncExitStack) -> None:
        after = 0
        for attempt in range(TRIES):
            plan = await self._planned()
            intent = await self._intent(plan, after)
            try:
                await self._on.execution.run(intent)
            except Refused as refused:
                after = refused.verdict.late
                await self._refuse_or_wait(plan, refused, attempt)
                await self._on.queues.line_up(place, plan.guards[refused.number].key)
            else:
                return
        raise Unavailable("Too many change this at once. Try again in a moment.")

    async def _planned(self) -> Plan:
        plan = Plan(unit=uuid4())
        if self._origin.request_key is not None and self._made is not None:
            await spend(self._on.session, plan, self._origin.request_key, self._made, self._on.keys_kept)
        if self._origin.request_key is not None and self._unmade is not None:
            await give_back(self._on.session, plan, self._origin.request_key, self._unmade)
        for planner in self._planners:
            await planner(plan)
        for event in self._events:
            plan.conclusion += event_writes(event, self._origin, self._on.clock.now(), self._on.ids.new())
        return plan

    async def _intent(self, plan: Plan, after: int) -> Intent:
        first = self._on.stamps.next(plan.room, after=after)
        writes, conclusion = plan.stamped(first)
        return Intent(
            unit=plan.unit,
            name=self._name,
            first=first,
            stamp=first + plan.room - 1,
            patience=self._on.execution.patience(len(plan.guards), plan.room),
            guards=plan.guards,
            releases=plan.releases,
            writes=[await self._on.session.bind(cql, params) for cql, params in writes],
            conclusion=[await self._on.session.bind(cql, params) for cql, params in conclusion],
            counted=plan.counted(first),
        )

    async def _refuse_or_wait(self, plan: Plan, refused: Refused, attempt: int) -> None:
        """Raises what the guard refuses with, once whoever was faster is through: then a reader sees it."""
        if refused.verdict.late:
            return
        ahead = refused.verdict.ahead
        waited = ahead is not None and await self._on.repair.await_end(ahead)
        refusing = plan.refusals[refused.number]
        if refusing is not None and not waited:  # What was waited for may have been taken back.
            raise refusing()
        await asyncio.sleep(random.uniform(0, min(PAUSE * 2**attempt, 0.5)))


def planned(work: UnitOfWork) -> CassandraUnitOfWork:
    """The unit as this back end's stores need it; raises TypeError for another back end's."""
    if not isinstance(work, CassandraUnitOfWork):
        raise TypeError(f"A unit of work of the distributed store is needed, not {type(work).__name__}.")
    return work
