"""Accounts and sessions, and units of work that stop, or that another one crosses."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from killrvideo.adapters.cassandra.accounts.accounts import CassandraAccountStore
from killrvideo.adapters.cassandra.sessions.sessions import CassandraSessionStore
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import CassandraUnitOfWork, Foundation
from killrvideo.adapters.failpoints import NO_FAILPOINTS
from killrvideo.domain.access import Role
from killrvideo.domain.accounts import Account, AccountStatus, Session
from killrvideo.service_interfaces.failpoints import Failpoints
from tests.adapters.cassandra.crashing import Crash, DiesAt
from tests.backends import EmptiedSession
from tests.builders.keeping import ORIGIN
from tests.holding_still import START, CountingIds, ManualClock

LATER = START + timedelta(hours=1)
CREATOR = frozenset({Role.CREATOR})

Change = Callable[[CassandraUnitOfWork], None]


class People:
    def __init__(self, session: EmptiedSession, clock: ManualClock, ids: CountingIds) -> None:
        self.session = session
        self._clock = clock
        self._ids = ids
        self.on = self._foundation(NO_FAILPOINTS)
        self.accounts = CassandraAccountStore(self.on)
        self.sessions = CassandraSessionStore(self.on)

    async def apply(self, *changes: Change, crossed_by: Awaitable[object] | None = None) -> None:
        """All changes in one unit; what crosses it comes between its reading and its writing, once."""
        work = self._unit(self.on, changes)
        coming = [crossed_by] if crossed_by is not None else []

        async def meanwhile(_plan: Plan) -> None:
            while coming:
                await coming.pop()

        work.plan(meanwhile)
        await work.commit()

    async def crash(self, point: str, *changes: Change) -> None:
        """All changes in one unit that stops at the point; then comes the repair."""
        work = self._unit(self._foundation(DiesAt(f"tests.people:{point}")), changes)
        with pytest.raises(Crash):
            await work.commit()
        assert await self.on.repair.run(lambda _intent: True) == 1

    async def present(self, account: Account) -> Account:
        found = await self.accounts.get(account.id)
        assert found is not None
        return found

    def adding(self, account: Account, password: str | None = None) -> Change:
        return lambda work: self.accounts.add(work, account, password)

    def replacing(self, account: Account) -> Change:
        return lambda work: self.accounts.replace(work, account)

    def erasing(self, account: Account) -> Change:
        return lambda work: self.accounts.erase(work, account.changed(status=AccountStatus.ERASED))

    def demoting(self, account: Account) -> Change:
        return lambda work: self.accounts.demote(work, account.changed(roles=CREATOR))

    def setting_password(self, account: Account, password: str) -> Change:
        return lambda work: self.accounts.set_password(work, account.id, password)

    def signing_in(self, account: Account, session: Session, token: str, password: str) -> Change:
        def change(work: CassandraUnitOfWork) -> None:
            self.accounts.still_proven(work, account.id, password)
            self.accounts.signed_in(work, account.id, LATER)
            self.sessions.open(work, session, digest(token))

        return change

    def closing_all(self, account: Account, but: Session | None = None) -> Change:
        kept = None if but is None else but.id
        return lambda work: self.sessions.close_all(work, account.id, but=kept)

    def closing(self, session: Session) -> Change:
        return lambda work: self.sessions.close(work, session.account_id, session.id)

    def using(self, presented: str, successor: str) -> Change:
        return lambda work: self.sessions.rotate(work, digest(presented), digest(successor), LATER)

    async def is_open(self, session: Session) -> bool:
        return await self.sessions.open_session(session.account_id, session.id, LATER) is not None

    def _foundation(self, failpoints: Failpoints) -> Foundation:
        return Foundation(self.session, self._clock, self._ids, failpoints)

    def _unit(self, on: Foundation, changes: tuple[Change, ...]) -> CassandraUnitOfWork:
        work = CassandraUnitOfWork(on, "tests.people", ORIGIN)
        for change in changes:
            change(work)
        return work


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
