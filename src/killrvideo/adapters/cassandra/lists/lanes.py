"""What waits for somebody to see to it, in lanes by id: read from the oldest rows on, as far as needed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row

LANES = 8
FEW = 100
"""Rows of a lane that are read at once."""

Wanted = Callable[[Row], Awaitable[bool]]


async def oldest(
    session: CassandraSession, cql: str, before: datetime, limit: int, wanted: Wanted
) -> list[Row]:
    """The first rows that are wanted, of all lanes. ``cql`` reads a lane: it has the markers :lane and
    :before, and its rows their instant as ``at`` beside their ``id``.
    """
    lanes = await asyncio.gather(
        *(_of_lane(session, cql, {"lane": lane, "before": before}, limit, wanted) for lane in range(LANES))
    )
    rows = [row for lane in lanes for row in lane]
    return sorted(rows, key=lambda row: (row["at"], row["id"].bytes))[:limit]


async def _of_lane(
    session: CassandraSession, cql: str, params: dict[str, object], limit: int, wanted: Wanted
) -> list[Row]:
    """The first that are wanted: of one lane, all could come from it."""
    found: list[Row] = []
    state: bytes | None = None
    while len(found) < limit:
        answer = await session.page(cql, params, fetch=FEW, state=state)
        fits = await asyncio.gather(*(wanted(row) for row in answer.rows))
        found += [row for row, fit in zip(answer.rows, fits, strict=True) if fit]
        state = answer.state
        if state is None:
            break
    return found
