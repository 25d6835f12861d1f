"""Idempotency keys that were served, each with what it made. They expire by themselves.

The key's guard lets one unit of work of all through; its row, written with the unit's own, says what came
of it.
"""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.units.guards import GET as GUARD
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.domain.errors import AlreadyDone, RequestKeyReused
from killrvideo.domain.events import RequestKey

FIND = "SELECT fingerprint, subject FROM request_keys WHERE digest = :digest"
ADD = """
INSERT INTO request_keys (digest, fingerprint, subject) VALUES (:digest, :fingerprint, :subject)
USING TTL :seconds AND TIMESTAMP :stamp
"""
DROP = "DELETE FROM request_keys USING TIMESTAMP :stamp WHERE digest = :digest"


async def spend(
    session: CassandraSession, plan: Plan, key: RequestKey, subject: UUID, kept: timedelta
) -> None:
    """Plans to remember for a while what the key made; raises AlreadyDone or RequestKeyReused."""
    made = await done_before(session, key)
    if made is not None:
        raise AlreadyDone(made)
    digest = _digest(key)
    # Refused, the unit is planned again, and finds what the faster one made.
    seconds = max(1, int(kept.total_seconds()))
    plan.claim(_guard(digest), str(plan.unit), None, seconds=seconds)
    row = {"digest": digest, "fingerprint": key.fingerprint, "subject": subject, "seconds": seconds}
    plan.conclude(ADD, row)


async def give_back(session: CassandraSession, plan: Plan, key: RequestKey, subject: UUID) -> None:
    """Plans to forget that the key made this; without effect if it did not."""
    if await done_before(session, key) != subject:
        return
    digest = _digest(key)
    plan.conclude(DROP, {"digest": digest})
    found = await session.serial(GUARD, {"key": _guard(digest)})
    if found is not None and found["holder"] is not None:
        plan.release(_guard(digest), found["holder"])


async def done_before(session: CassandraSession, key: RequestKey) -> UUID | None:
    """What the key made earlier; raises RequestKeyReused for another request's key."""
    found = await session.row(FIND, {"digest": _digest(key)})
    return None if found is None else _subject(found, key)


def _subject(found: Row, key: RequestKey) -> UUID:
    if found["fingerprint"] != key.fingerprint:
        raise RequestKeyReused(
            "This Idempotency-Key was used for a different request; use a fresh key for each new request."
        )
    subject: UUID = found["subject"]
    return subject


def _guard(digest: bytes) -> str:
    return f"request:{digest.hex()}"


def _digest(key: RequestKey) -> bytes:
    """The owner can be a network address: it is not kept in clear."""
    return sha256("\0".join((key.owner, key.operation, key.key)).encode()).digest()
