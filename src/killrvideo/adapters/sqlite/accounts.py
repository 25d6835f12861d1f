"""Accounts in SQLite. The store's one writer decides who was first to take an address or to step down."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from killrvideo.adapters.sqlite.database import Binding, Database, Row
from killrvideo.adapters.sqlite.grants import roles_of, scopes_of, words
from killrvideo.adapters.sqlite.units import statements
from killrvideo.domain.accounts import Account, AccountStatus, email_key, search_words
from killrvideo.domain.errors import EmailTaken, LastModerator, NotSignedIn, StaleVersion, WrongCredentials
from killrvideo.domain.ids import AccountId
from killrvideo.domain.instants import from_millis, to_millis
from killrvideo.service_interfaces.units import UnitOfWork

COLUMNS = "id, email, first_name, last_name, roles, scopes, status, created_at, last_login_at, version"
"""In the order in which `account_of` reads them."""
SELECT_ACCOUNT = f"SELECT {COLUMNS} FROM accounts"  # noqa: S608 - constants

GET = f"{SELECT_ACCOUNT} WHERE id = ?"
BY_EMAIL = f"{SELECT_ACCOUNT} WHERE email_key = ?"
BY_EMAIL_WITH_PASSWORD = f"SELECT {COLUMNS}, password_hash FROM accounts WHERE email_key = ?"  # noqa: S608
FIND = f"""{SELECT_ACCOUNT}
WHERE status <> 'erased' AND (instr(name_key, ?1) OR instr(email_key, ?1))
ORDER BY created_at DESC, id DESC LIMIT ?2
"""
NEWEST = f"{SELECT_ACCOUNT} WHERE status <> 'erased' ORDER BY created_at DESC, id DESC LIMIT ?"
ALL = f"{SELECT_ACCOUNT} WHERE status <> 'erased' ORDER BY created_at, id"
COUNT = "SELECT count(*) FROM accounts WHERE status <> 'erased'"
PASSWORD_HASH = "SELECT password_hash FROM accounts WHERE id = ?"  # noqa: S105 - a statement

ADD = """
INSERT INTO accounts (
  email, email_key, first_name, last_name, name_key, roles, scopes, version, status,
  id, password_hash, created_at, last_login_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
# Signing in makes no version: whoever read the account as inactive before must not put it to rest again.
REPLACE = """
UPDATE accounts SET
  email = ?, email_key = ?, first_name = ?, last_name = ?, name_key = ?, roles = ?, scopes = ?, version = ?,
  status = CASE ?9 WHEN 'inactive' THEN status ELSE ?9 END
WHERE id = ?10 AND version = ?11
"""
# Changes nothing, and no row at all unless somebody else could moderate.
OTHERS_MODERATE = """
UPDATE accounts SET version = version
WHERE id = ?1 AND EXISTS (
  SELECT 1 FROM accounts WHERE id <> ?1 AND status IN ('active', 'inactive')
    AND (instr(roles, '"moderator"') OR instr(roles, '"admin"'))
)
"""
ERASE = """
UPDATE accounts SET
  email = NULL, email_key = NULL, password_hash = NULL, first_name = '', last_name = '', name_key = '',
  last_login_at = NULL, status = 'erased', version = ?
WHERE id = ? AND version = ?
"""
FORGET = (
    "DELETE FROM activity WHERE account_id = ?",
    "UPDATE views SET viewer_id = NULL WHERE viewer_id = ?",
    "UPDATE watch_time SET viewer_id = NULL WHERE viewer_id = ?",
    "UPDATE exposures SET account_id = randomblob(16) WHERE account_id = ?",
)
SET_PASSWORD = "UPDATE accounts SET password_hash = ? WHERE id = ? AND status <> 'erased'"  # noqa: S105
# These two change nothing, and no row at all once it is not so any more.
STILL_OPEN = "UPDATE accounts SET version = version WHERE id = ? AND status IN ('active', 'inactive')"
STILL_PROVEN = "UPDATE accounts SET version = version WHERE id = ? AND password_hash = ?"
SIGNED_IN = """
UPDATE accounts SET
  last_login_at = max(coalesce(last_login_at, 0), ?),
  status = CASE status WHEN 'inactive' THEN 'active' ELSE status END
WHERE id = ? AND status <> 'erased'
"""


def account_of(row: Row) -> Account:
    """An erased account has an empty address."""
    return Account(
        id=AccountId(UUID(bytes=row[0])),
        email=row[1] or "",
        first_name=row[2],
        last_name=row[3],
        roles=roles_of(row[4]),
        scopes=scopes_of(row[5]),
        status=AccountStatus(row[6]),
        created_at=from_millis(row[7]),
        last_login_at=None if row[8] is None else from_millis(row[8]),
        version=row[9],
    )


class SqliteAccountStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, account_id: AccountId) -> Account | None:
        row = self._database.row(GET, (account_id.bytes,))
        return None if row is None else account_of(row)

    async def by_email(self, email: str) -> Account | None:
        row = self._database.row(BY_EMAIL, (email_key(email),))
        return None if row is None else account_of(row)

    async def by_email_with_password(self, email: str) -> tuple[Account, str | None] | None:
        row = self._database.row(BY_EMAIL_WITH_PASSWORD, (email_key(email),))
        return None if row is None else (account_of(row), row[10])

    async def password_hash(self, account_id: AccountId) -> str | None:
        row = self._database.row(PASSWORD_HASH, (account_id.bytes,))
        return None if row is None else row[0]

    async def find(self, text: str | None, limit: int) -> Sequence[Account]:
        wanted = search_words(text or "")
        if wanted:
            rows = await self._database.scan(FIND, (wanted, limit))
        else:
            rows = self._database.rows(NEWEST, (limit,))
        return [account_of(row) for row in rows]

    async def all(self) -> Sequence[Account]:
        return [account_of(row) for row in await self._database.scan(ALL)]

    async def count(self) -> int:
        [[total]] = await self._database.scan(COUNT)
        return int(total)

    def add(self, work: UnitOfWork, account: Account, password_hash: str | None) -> None:
        signed_in = None if account.last_login_at is None else to_millis(account.last_login_at)
        first = (account.id.bytes, password_hash, to_millis(account.created_at), signed_in)
        statements(work).run(ADD, (*_what_changes(account), *first), on_conflict=EmailTaken)

    def replace(self, work: UnitOfWork, account: Account) -> None:
        statements(work).run(
            REPLACE,
            (*_what_changes(account), account.id.bytes, account.version - 1),
            unless_changed=StaleVersion,
            on_conflict=EmailTaken,
        )

    def demote(self, work: UnitOfWork, account: Account) -> None:
        statements(work).run(OTHERS_MODERATE, (account.id.bytes,), unless_changed=LastModerator)
        self.replace(work, account)

    def erase(self, work: UnitOfWork, account: Account) -> None:
        statements(work).run(
            ERASE, (account.version, account.id.bytes, account.version - 1), unless_changed=StaleVersion
        )
        for statement in FORGET:
            statements(work).run(statement, (account.id.bytes,))

    def set_password(self, work: UnitOfWork, account_id: AccountId, password_hash: str) -> None:
        statements(work).run(SET_PASSWORD, (password_hash, account_id.bytes))

    def still_open(self, work: UnitOfWork, account_id: AccountId) -> None:
        statements(work).run(
            STILL_OPEN,
            (account_id.bytes,),
            unless_changed=lambda: NotSignedIn("This account was closed a moment ago."),
        )

    def still_proven(self, work: UnitOfWork, account_id: AccountId, password_hash: str) -> None:
        statements(work).run(STILL_PROVEN, (account_id.bytes, password_hash), unless_changed=WrongCredentials)

    def signed_in(self, work: UnitOfWork, account_id: AccountId, at: datetime) -> None:
        statements(work).run(SIGNED_IN, (to_millis(at), account_id.bytes))


def _what_changes(account: Account) -> tuple[Binding, ...]:
    """Columns that a new version can change, in the order of the statements that write them."""
    name, address = account.found_by
    return (
        account.email,
        address,
        account.first_name,
        account.last_name,
        name,
        words(account.roles),
        words(account.scopes),
        account.version,
        account.status.value,
    )
