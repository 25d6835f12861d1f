"""Accounts as rows, and as a unit of work leaves them before it is carried out."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from killrvideo.adapters.cassandra.accounts.grants import roles_of, scopes_of
from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.domain.accounts import Account, AccountStatus, email_key
from killrvideo.domain.ids import AccountId
from killrvideo.domain.instants import to_millis

COLUMNS = "id, email, first_name, last_name, roles, scopes, status, created_at, version, last_login_at, woken"
GET = f"SELECT {COLUMNS} FROM accounts WHERE id = :id"  # noqa: S608 - constants
GET_ALL = f"SELECT {COLUMNS}, password_hash, credentials FROM accounts WHERE id = :id"  # noqa: S608
PUT = """
INSERT INTO accounts (id, email, first_name, last_name, roles, scopes, status, created_at, version)
VALUES (:id, :email, :first_name, :last_name, :roles, :scopes, :status, :created_at, :version)
USING TIMESTAMP :stamp
"""
PUT_CREDENTIALS = """
UPDATE accounts USING TIMESTAMP :stamp SET password_hash = :password_hash, credentials = :credentials
WHERE id = :id
"""
PUT_LOGIN = "UPDATE accounts USING TIMESTAMP :at_micros SET last_login_at = :at WHERE id = :id"
WAKE = "UPDATE accounts USING TIMESTAMP :at_micros SET woken = true WHERE id = :id"
FORGET_LOGIN = "DELETE last_login_at, woken FROM accounts USING TIMESTAMP :for_good WHERE id = :id"
FOR_GOOD = 2**62
"""A timestamp after every sign-in."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """By what an account is signed in to. The version counts passwords, and closings of all sessions."""

    version: int = 0
    password_hash: str | None = field(default=None, repr=False)


def account_guard(account_id: AccountId) -> str:
    """The guard of its version; and where a plan knows the account by, as `Account`, or None."""
    return f"account:{account_id.hex}"


def credentials_guard(account_id: AccountId) -> str:
    """The guard of their version; and where a plan knows them by, as `Credentials`."""
    return f"credentials:{account_id.hex}"


def email_digest(email: str) -> bytes:
    return sha256(email_key(email).encode()).digest()


def account_of(row: Row | None) -> Account | None:
    """An erased account has an empty address. None where only a sign-in has left something."""
    if row is None or row["status"] is None:
        return None
    status = AccountStatus(row["status"])
    return Account(
        id=AccountId(row["id"]),
        email=row["email"] or "",
        first_name=row["first_name"],
        last_name=row["last_name"],
        roles=roles_of(row["roles"]),
        scopes=scopes_of(row["scopes"]),
        status=AccountStatus.ACTIVE if row["woken"] and status is AccountStatus.INACTIVE else status,
        created_at=aware(row["created_at"]),
        last_login_at=aware(row["last_login_at"]),
        version=row["version"],
    )


def credentials_of(row: Row) -> Credentials:
    return Credentials(row["credentials"] or 0, row["password_hash"])


async def planned_account(session: CassandraSession, plan: Plan, account_id: AccountId) -> Account | None:
    """The account as the plan leaves it so far."""
    if account_guard(account_id) not in plan.known:
        await _read(session, plan, account_id)
    account = plan.known[account_guard(account_id)]
    assert account is None or isinstance(account, Account)  # noqa: S101 - whoever plans it, says it right
    return account


async def planned_credentials(session: CassandraSession, plan: Plan, account_id: AccountId) -> Credentials:
    """The credentials as the plan leaves them so far; read together with the account."""
    if credentials_guard(account_id) not in plan.known:
        await _read(session, plan, account_id)
    credentials = plan.known[credentials_guard(account_id)]
    assert isinstance(credentials, Credentials)  # noqa: S101
    return credentials


def plan_account(plan: Plan, account: Account) -> None:
    """Writes what makes a version of the account."""
    plan.known[account_guard(account.id)] = account
    row = {
        "id": account.id,
        "email": account.email or None,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "roles": set(account.roles),
        "scopes": set(account.scopes),
        "status": account.status.value,
        "created_at": account.created_at,
        "version": account.version,
    }
    plan.conclude(PUT, row)


def plan_credentials(plan: Plan, account_id: AccountId, before: Credentials, after: Credentials) -> None:
    """Passes their guard; where another was faster the whole unit is planned again."""
    plan.advance(credentials_guard(account_id), before.version, None)
    plan.known[credentials_guard(account_id)] = after
    row = {"id": account_id, "password_hash": after.password_hash, "credentials": after.version}
    plan.conclude(PUT_CREDENTIALS, row)


def plan_last_login(plan: Plan, account_id: AccountId, at: datetime) -> None:
    """Keeps the instant, unless a later one is kept."""
    plan.write(PUT_LOGIN, {"id": account_id, "at": at, "at_micros": to_millis(at) * 1000})


def plan_login(plan: Plan, account: Account, at: datetime) -> None:
    """Somebody signs in: an inactive account becomes active."""
    status = account.status
    if status is AccountStatus.INACTIVE:
        plan.write(WAKE, {"id": account.id, "at_micros": to_millis(at) * 1000})
        status = AccountStatus.ACTIVE
    plan_last_login(plan, account.id, at)
    last = max(at, account.last_login_at or at)
    plan.known[account_guard(account.id)] = replace(account, status=status, last_login_at=last)


def plan_forgetting_login(plan: Plan, account_id: AccountId) -> None:
    """For good: not even a sign-in under way at this moment brings it back."""
    plan.write(FORGET_LOGIN, {"id": account_id, "for_good": FOR_GOOD})


async def _read(session: CassandraSession, plan: Plan, account_id: AccountId) -> None:
    row = await session.row(GET_ALL, {"id": account_id})
    plan.known.setdefault(account_guard(account_id), account_of(row))
    plan.known.setdefault(
        credentials_guard(account_id), Credentials() if row is None else credentials_of(row)
    )
