"""How far a group is behind in a lane of the outbox, without reading what the events say."""

import asyncio
from datetime import datetime

from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.outbox.group_lanes import first_minute, handled_in, mark_name
from killrvideo.adapters.cassandra.outbox.lanes import TOGETHER, events_in, minutes_since
from killrvideo.adapters.cassandra.units.marks import Marks

COUNTED_MOST = 1000
"""Of a lane."""
IDS = "SELECT event_id, occurred_at FROM outbox WHERE lane = :lane AND minute = :minute"


async def unhandled(session: CassandraSession, group: str, lane: int) -> list[datetime]:
    """When those happened that wait, the first 1,000 of them."""
    mark = await Marks(session).find(mark_name(group, lane))
    minutes = await minutes_since(session, lane, first_minute(mark))
    found: list[datetime] = []
    for first in range(0, len(minutes), TOGETHER):
        some = minutes[first : first + TOGETHER]
        for each in await asyncio.gather(*(_unhandled_in(session, group, lane, minute) for minute in some)):
            found += each
        if len(found) >= COUNTED_MOST:
            break
    return found[:COUNTED_MOST]


async def _unhandled_in(session: CassandraSession, group: str, lane: int, minute: int) -> list[datetime]:
    place = {"lane": lane, "minute": minute}
    handled, events = await asyncio.gather(
        handled_in(session, group, lane, minute), events_in(session, lane, minute)
    )
    found: list[datetime] = []
    state: bytes | None = None
    while len(handled) != events and len(found) < COUNTED_MOST:
        answer = await session.page(IDS, place, fetch=COUNTED_MOST, state=state)
        found += [row["occurred_at"] for row in answer.rows if row["event_id"] not in handled]
        state = answer.state
        if state is None:
            break
    return found
