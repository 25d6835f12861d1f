"""Accounts and sessions in Cassandra, where changes cross each other or stop in between."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from killrvideo.adapters.cassandra.accounts import CassandraAccountStore
from killrvideo.adapters.cassandra.migrations import cassandra_migrations, statements_of
from killrvideo.adapters.cassandra.plan import Plan
from killrvideo.adapters.cassandra.sessions import CassandraSessionStore
from killrvideo.adapters.cassandra.units import CassandraUnitOfWork, Foundation
from killrvideo.adapters.failpoints import NO_FAILPOINTS
from killrvideo.domain.access import Role
from killrvideo.domain.accounts import Account, AccountStatus
from killrvideo.domain.errors import EmailTaken, LastModerator, RefreshReused
from killrvideo.service_interfaces.failpoints import Failpoints
from tests.adapters.cassandra.crashing import Crash, DiesAt
from tests.backends import EmptiedSession
from tests.builders.accounts import an_account
from tests.builders.keeping import ORIGIN
from tests.builders.sessions import a_session
from tests.holding_still import START, CountingIds, ManualClock

LATER = START + timedelta(hours=1)
MODERATOR, CREATOR = frozenset({Role.MODERATOR}), frozenset({Role.CREATOR})

Change = Callable[[CassandraUnitOfWork], None]


class Town:
    """Accounts and sessions, and units of work that stop or are crossed."""

    def __init__(self, session: EmptiedSession, clock: ManualClock, ids: CountingIds) -> None:
        self.session = session
        self._clock = clock
        self._ids = ids
        self.on = self._foundation(NO_FAILPOINTS)
        self.accounts = CassandraAccountStore(self.on)
        self.sessions = CassandraSessionStore(self.on)

    def _foundation(self, failpoints: Failpoints) -> Foundation:
        return Foundation(self.session, self._clock, self._ids, failpoints)

    async def apply(self, *changes: Change, crossed_by: Callable[[], Awaitable[object]] | None = None) -> None:
        """All changes in one unit; another one comes between its reading and its writing."""
        work = CassandraUnitOfWork(self.on, "tests.people", ORIGIN)
        for change in changes:
            change(work)
        coming = [crossed_by] if crossed_by is not None else []

        async def meanwhile(_plan: Plan) -> None:
            while coming:
                await coming.pop()()

        work.plan(meanwhile)
        await work.commit()

    async def crash(self, point: str, *changes: Change) -> None:
        """All changes in one unit that stops at the point; and what a repair makes of it."""
        work = CassandraUnitOfWork(self._foundation(DiesAt(f"tests.people:{point}")), "tests.people", ORIGIN)
        for change in changes:
            change(work)
        with pytest.raises(Crash):
            await work.commit()
        assert await self.on.repair.run(older_than=-1) == 1

    async def keep(self, *accounts: Account, password: str | None = None) -> None:
        await self.apply(*(self.adding(account, password) for account in accounts))

    def adding(self, account: Account, password: str | None = None) -> Change:
        return lambda work: self.accounts.add(work, account, password)

    def replacing(self, account: Account) -> Change:
        return lambda work: self.accounts.replace(work, account)

    def erasing(self, account: Account) -> Change:
        return lambda work: self.accounts.erase(work, account.changed(status=AccountStatus.ERASED))

    def demoting(self, account: Account) -> Change:
        return lambda work: self.accounts.demote(work, account.changed(roles=CREATOR))

    def using(self, presented: str, successor: str) -> Change:
        return lambda work: self.sessions.rotate(work, digest(presented), digest(successor), LATER)


@pytest.fixture
async def town(session: EmptiedSession, clock: ManualClock, ids: CountingIds) -> AsyncIterator[Town]:
    yield Town(session, clock, ids)
    await session.empty()


@pytest.fixture
async def ann(town: Town) -> Account:
    ann = an_account(email="ann@example.org", roles=MODERATOR)
    await town.keep(ann, password="old")
    return ann


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
