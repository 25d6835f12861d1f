"""Sessions in SQLite, and their refresh tokens as a tree: each use of a token adds a successor to it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from killrvideo.adapters.sqlite import pieces
from killrvideo.adapters.sqlite.accounts import account_of
from killrvideo.adapters.sqlite.database import Database, Row
from killrvideo.adapters.sqlite.grants import scopes_of, words
from killrvideo.adapters.sqlite.units import statements
from killrvideo.domain.accounts import Account, Session
from killrvideo.domain.errors import RefreshReused
from killrvideo.domain.ids import AccountId, SessionId
from killrvideo.domain.instants import from_millis, to_millis
from killrvideo.service_interfaces.units import UnitOfWork

OPEN_SESSION = """
SELECT a.id, a.email, a.first_name, a.last_name, a.roles, a.scopes, a.status, a.created_at, a.last_login_at,
  a.version, s.opened_at, s.expires_at, s.narrowed_to
FROM sessions AS s CROSS JOIN accounts AS a ON a.id = s.account_id
WHERE s.id = ? AND s.account_id = ? AND s.expires_at > ? AND a.status IN ('active', 'inactive')
"""
BY_REFRESH = """
SELECT s.account_id, s.id
FROM refresh_tokens AS t CROSS JOIN sessions AS s ON s.id = t.session_id
WHERE t.digest = ?
"""
ALL_OF = """
SELECT opened_at, expires_at, narrowed_to, id FROM sessions
WHERE account_id = ? ORDER BY opened_at DESC, id DESC
"""

OPEN = "INSERT INTO sessions (id, account_id, opened_at, expires_at, narrowed_to) VALUES (?, ?, ?, ?, ?)"
FIRST_TOKEN = "INSERT INTO refresh_tokens (digest, session_id) VALUES (?, ?)"  # noqa: S105 - a statement

# A token dies when a successor of it, or another successor of its own predecessor, has been used.
USE = """
UPDATE refresh_tokens SET used_at = coalesce(used_at, ?2)
WHERE digest = ?1
  AND EXISTS (SELECT 1 FROM sessions WHERE id = refresh_tokens.session_id AND expires_at > ?2)
  AND NOT EXISTS (SELECT 1 FROM refresh_tokens AS next WHERE next.parent = ?1 AND next.used_at IS NOT NULL)
  AND NOT EXISTS (
    SELECT 1 FROM refresh_tokens AS sibling
    WHERE sibling.parent = refresh_tokens.parent AND sibling.digest <> ?1 AND sibling.used_at IS NOT NULL
  )
"""
SUCCEED = """
INSERT INTO refresh_tokens (digest, session_id, parent)
SELECT ?, session_id, digest FROM refresh_tokens WHERE digest = ?
"""

CLOSE = "DELETE FROM sessions WHERE id = ? AND account_id = ?"
CLOSE_ALL = "DELETE FROM sessions WHERE account_id = ? AND id IS NOT ?"
PURGE = "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < ? LIMIT ?)"


class SqliteSessionStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def open_session(
        self, account_id: AccountId, session_id: SessionId, now: datetime
    ) -> tuple[Session, Account] | None:
        row = self._database.row(OPEN_SESSION, (session_id.bytes, account_id.bytes, to_millis(now)))
        if row is None:
            return None
        account = account_of(row)
        return _session(session_id, account.id, row[10:]), account

    async def by_refresh(self, token_digest: bytes, now: datetime) -> tuple[Session, Account] | None:
        row = self._database.row(BY_REFRESH, (token_digest,))
        if row is None:
            return None
        account_id, session_id = (UUID(bytes=each) for each in row)
        return await self.open_session(AccountId(account_id), SessionId(session_id), now)

    async def all_of(self, account_id: AccountId) -> Sequence[Session]:
        rows = self._database.rows(ALL_OF, (account_id.bytes,))
        return [_session(SessionId(UUID(bytes=row[3])), account_id, row[:3]) for row in rows]

    def open(self, work: UnitOfWork, session: Session, refresh_digest: bytes) -> None:
        statements(work).run(
            OPEN,
            (
                session.id.bytes,
                session.account_id.bytes,
                to_millis(session.opened_at),
                to_millis(session.expires_at),
                None if session.narrowed_to is None else words(session.narrowed_to),
            ),
        )
        statements(work).run(FIRST_TOKEN, (refresh_digest, session.id.bytes))

    def rotate(self, work: UnitOfWork, presented: bytes, successor: bytes, now: datetime) -> None:
        statements(work).run(USE, (presented, to_millis(now)), unless_changed=RefreshReused)
        statements(work).run(SUCCEED, (successor, presented))

    def close(self, work: UnitOfWork, account_id: AccountId, session_id: SessionId) -> None:
        statements(work).run(CLOSE, (session_id.bytes, account_id.bytes))

    def close_all(self, work: UnitOfWork, account_id: AccountId, *, but: SessionId | None = None) -> None:
        statements(work).run(CLOSE_ALL, (account_id.bytes, None if but is None else but.bytes))

    async def purge(self, before: datetime) -> int:
        return await pieces.drop(self._database, PURGE, (to_millis(before),), name="sessions.purge")


def _session(session_id: SessionId, account_id: AccountId, row: Row) -> Session:
    opened_at, expires_at, narrowed_to = row
    return Session(
        id=session_id,
        account_id=account_id,
        opened_at=from_millis(opened_at),
        expires_at=from_millis(expires_at),
        narrowed_to=None if narrowed_to is None else scopes_of(narrowed_to),
    )
