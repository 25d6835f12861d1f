"""When what was removed may be purged: one rule for videos and comments."""

import asyncio
from datetime import datetime

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.domain.accounts import AccountStatus
from killrvideo.domain.removals import Cause, ContentType

STATUS = "SELECT status FROM accounts WHERE id = :id"
REMOVALS = """
SELECT cause, at FROM removals WHERE content_type = :content_type AND content_id = :content_id
"""


async def may_go(
    session: CassandraSession, content_type: ContentType, row: Row, removed_before: datetime
) -> bool:
    """Whether the retention of what has been hidden since before the instant is over.

    ``row`` has the ``id``, its ``causes`` and the ``owner_id``. A suspension can be lifted at any time, an
    erasure (both are the cause ACCOUNT) cannot. However old the suspension is, what else hides the thing is
    kept for its own time.
    """
    if not row["causes"] & Cause.ACCOUNT:
        return True
    account, removals = await asyncio.gather(
        session.row(STATUS, {"id": row["owner_id"]}),
        session.rows(REMOVALS, {"content_type": content_type.value, "content_id": row["id"]}),
    )
    if account is not None and account["status"] == AccountStatus.ERASED:
        return True
    return any(
        removal["cause"] != Cause.ACCOUNT and aware(removal["at"]) < removed_before for removal in removals
    )
