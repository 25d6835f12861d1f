"""Sessions in Cassandra, in a partition per account. They expire by themselves.

An account's credentials have a version, which every session remembers from its sign-in. Closing all sessions
says which version is too old from now on: so it also ends those that somebody opens at the same moment.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from killrvideo.adapters.cassandra.accounts import rows as account_rows
from killrvideo.adapters.cassandra.accounts.grants import scopes_of
from killrvideo.adapters.cassandra.accounts.rows import (
    Credentials,
    account_of,
    plan_credentials,
    planned_account,
    planned_credentials,
)
from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import Row
from killrvideo.adapters.cassandra.sessions.refresh_tokens import (
    RefreshToken,
    plan_token,
    plan_use,
    refresh_token,
)
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import Foundation, planned
from killrvideo.domain.accounts import Account, Session
from killrvideo.domain.errors import RefreshReused
from killrvideo.domain.ids import AccountId, SessionId
from killrvideo.service_interfaces.units import UnitOfWork

KEPT_AFTER = 24 * 60 * 60
"""Seconds that an expired session stays, as on SQLite by its purge."""
A_MINUTE = 60_000_000
"""In microseconds."""

_COLUMNS = "id, over_below, opened_at, expires_at, narrowed_to, proven_by"
GET = f"SELECT {_COLUMNS} FROM sessions WHERE account_id = :account_id AND id = :id"  # noqa: S608 - constants
OF_ACCOUNT = f"SELECT {_COLUMNS} FROM sessions WHERE account_id = :account_id"  # noqa: S608
PUT = """
INSERT INTO sessions (account_id, id, opened_at, expires_at, narrowed_to, proven_by)
VALUES (:account_id, :id, :opened_at, :expires_at, :narrowed_to, :proven_by)
USING TTL :seconds AND TIMESTAMP :stamp
"""
DROP = "DELETE FROM sessions USING TIMESTAMP :after WHERE account_id = :account_id AND id = :id"
END = "UPDATE sessions USING TIMESTAMP :stamp SET over_below = :version WHERE account_id = :account_id"


class CassandraSessionStore:
    def __init__(self, on: Foundation) -> None:
        self._on = on
        self._session = on.session

    async def open_session(
        self, account_id: AccountId, session_id: SessionId, now: datetime
    ) -> tuple[Session, Account] | None:
        """One round trip."""
        row, found = await asyncio.gather(
            self._row(account_id, session_id), self._session.row(account_rows.GET, {"id": account_id})
        )
        session, account = _session_of(account_id, row), account_of(found)
        if session is None or session.expires_at <= now or account is None or not account.is_open:
            return None
        return session, account

    async def by_refresh(self, token_digest: bytes, now: datetime) -> tuple[Session, Account] | None:
        """Two round trips: the token, and what it is of."""
        token = await refresh_token(self._session, token_digest)
        if token is None:
            return None
        return await self.open_session(token.account_id, token.session_id, now)

    async def all_of(self, account_id: AccountId) -> Sequence[Session]:
        found = [_session_of(account_id, row) for row in await self._rows(account_id)]
        sessions = [session for session in found if session is not None]
        return sorted(sessions, key=lambda session: (session.opened_at, session.id), reverse=True)

    def open(self, work: UnitOfWork, session: Session, refresh_digest: bytes) -> None:
        async def plan_it(plan: Plan) -> None:
            credentials = await planned_credentials(self._session, plan, session.account_id)
            seconds = _seconds(session, self._on.clock.now())
            _plan_session(plan, session, credentials, seconds)
            plan_token(plan, RefreshToken(refresh_digest, session.account_id, session.id), seconds)

        planned(work).plan(plan_it)

    def rotate(self, work: UnitOfWork, presented: bytes, successor: bytes, now: datetime) -> None:
        async def plan_it(plan: Plan) -> None:
            token = await refresh_token(self._session, presented)
            if token is None:
                raise RefreshReused
            row = await self._row(token.account_id, token.session_id)
            session = _session_of(token.account_id, row)
            if session is None or session.expires_at <= now:
                raise RefreshReused
            plan_use(plan, token, successor, _seconds(session, now))

        planned(work).plan(plan_it)

    def close(self, work: UnitOfWork, account_id: AccountId, session_id: SessionId) -> None:
        async def plan_it(plan: Plan) -> None:
            _plan_close(plan, account_id, session_id)

        planned(work).plan(plan_it)

    def close_all(self, work: UnitOfWork, account_id: AccountId, *, but: SessionId | None = None) -> None:
        async def plan_it(plan: Plan) -> None:
            if await planned_account(self._session, plan, account_id) is None:
                return
            before = await planned_credentials(self._session, plan, account_id)
            after = Credentials(before.version + 1, before.password_hash)
            plan_credentials(plan, account_id, before, after)
            plan.write(END, {"account_id": account_id, "version": after.version})
            for session in await self.all_of(account_id):
                if session.id == but:
                    _plan_session(plan, session, after, _seconds(session, self._on.clock.now()))
                else:
                    _plan_close(plan, account_id, session.id)

        planned(work).plan(plan_it)

    async def purge(self, before: datetime) -> int:  # noqa: ARG002
        """Nothing: sessions expire by themselves."""
        return 0

    async def _row(self, account_id: AccountId, session_id: SessionId) -> Row | None:
        return await self._session.row(GET, {"account_id": account_id, "id": session_id})

    async def _rows(self, account_id: AccountId) -> list[Row]:
        return await self._session.all_rows(OF_ACCOUNT, {"account_id": account_id})


def _session_of(account_id: AccountId, row: Row | None) -> Session | None:
    """None for one that was closed with all others; for the row that an account has without sessions, too."""
    if row is None or row["id"] is None or row["proven_by"] < (row["over_below"] or 0):
        return None
    narrowed_to = row["narrowed_to"]
    return Session(
        id=SessionId(row["id"]),
        account_id=account_id,
        opened_at=aware(row["opened_at"]),
        expires_at=aware(row["expires_at"]),
        narrowed_to=None if narrowed_to is None else scopes_of(narrowed_to),
    )


def _plan_session(plan: Plan, session: Session, proof: Credentials, seconds: int) -> None:
    row = {
        "account_id": session.account_id,
        "id": session.id,
        "opened_at": session.opened_at,
        "expires_at": session.expires_at,
        "narrowed_to": None if session.narrowed_to is None else set(session.narrowed_to),
        "proven_by": proof.version,
        "seconds": seconds,
    }
    plan.write(PUT, row)


def _plan_close(plan: Plan, account_id: AccountId, session_id: SessionId) -> None:
    """Also covers what a machine whose clock is ahead has just written: no session is ever opened again."""
    row = {"account_id": account_id, "id": session_id, "after": lambda stamp: stamp + A_MINUTE}
    plan.write(DROP, row)


def _seconds(session: Session, now: datetime) -> int:
    """How long its rows are kept."""
    return max(1, int((session.expires_at - now).total_seconds()) + KEPT_AFTER)
