"""Refresh tokens, a tree: each use of a token adds a successor to it.

A token may be used until a successor of it, or another successor of its own predecessor, has been used. Of
the successors of one token the guard lets the first that is used pass, again and again, and no other.
"""

from dataclasses import dataclass

from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.domain.errors import RefreshReused
from killrvideo.domain.ids import AccountId, SessionId

GET = "SELECT account_id, session_id, parent, spent FROM refresh_tokens WHERE digest = :digest"
ADD = """
INSERT INTO refresh_tokens (digest, account_id, session_id, parent)
VALUES (:digest, :account_id, :session_id, :parent) USING TTL :seconds AND TIMESTAMP :stamp
"""
SPEND = """
UPDATE refresh_tokens USING TTL :seconds AND TIMESTAMP :stamp SET spent = true WHERE digest = :digest
"""


@dataclass(frozen=True, slots=True)
class RefreshToken:
    digest: bytes
    account_id: AccountId
    session_id: SessionId
    parent: bytes | None = None
    spent: bool = False
    """Whether a successor has been used."""


async def refresh_token(session: CassandraSession, digest: bytes) -> RefreshToken | None:
    row = await session.row(GET, {"digest": digest})
    if row is None or row["session_id"] is None:
        return None
    owner, sign_in = AccountId(row["account_id"]), SessionId(row["session_id"])
    return RefreshToken(digest, owner, sign_in, row["parent"], bool(row["spent"]))


def plan_token(plan: Plan, token: RefreshToken, seconds: int) -> None:
    """Keeps a new token for so many seconds."""
    row = {
        "digest": token.digest,
        "account_id": token.account_id,
        "session_id": token.session_id,
        "parent": token.parent,
        "seconds": seconds,
    }
    plan.write(ADD, row)


def plan_use(plan: Plan, token: RefreshToken, successor: bytes, seconds: int) -> None:
    """Adds the successor; raises RefreshReused, here or when the plan is carried out."""
    if token.spent:
        raise RefreshReused
    if token.parent is not None:
        guard = f"successor:{token.parent.hex()}"
        plan.claim(guard, token.digest.hex(), RefreshReused, seconds=seconds)
        plan.write(SPEND, {"digest": token.parent, "seconds": seconds})
    plan_token(plan, RefreshToken(successor, token.account_id, token.session_id, token.digest), seconds)
