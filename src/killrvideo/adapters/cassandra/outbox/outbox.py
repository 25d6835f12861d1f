"""The outbox in Cassandra: events by lane and minute, what each group has handled, and who serves a lane."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.outbox.backlog import COUNTED_MOST, unhandled
from killrvideo.adapters.cassandra.outbox.buried import BuriedEvents
from killrvideo.adapters.cassandra.outbox.event_rows import EVENT, LANES, lane_of, minute_of, recorded_of
from killrvideo.adapters.cassandra.outbox.followers import CassandraFollower
from killrvideo.adapters.cassandra.outbox.group_lanes import GroupLane
from killrvideo.adapters.cassandra.outbox.leases import LaneLeases
from killrvideo.domain.events import Recorded
from killrvideo.domain.ids import EventId
from killrvideo.service_interfaces.events import Backlog, Buried

STAMPS_MOST = 65_536

MARK_HANDLED = """
INSERT INTO outbox_handled (group_name, lane, minute, id, event_ids)
VALUES (:group, :lane, :minute, :id, :event_ids)
"""
RAW = f"""
SELECT {EVENT} FROM outbox
WHERE lane = :lane AND minute = :minute AND stamp = :stamp AND event_id = :event_id
"""  # noqa: S608
KNOWN = "SELECT event_id FROM inbox WHERE group_name = :group AND event_id = :event_id"
REMEMBER = "INSERT INTO inbox (group_name, event_id) VALUES (:group, :event_id)"


class CassandraOutbox:
    lanes = LANES

    def __init__(self, session: CassandraSession) -> None:
        self._session = session
        self._buried = BuriedEvents(session)
        self._leases = LaneLeases(session, self._drop)
        self._lanes: dict[tuple[str, int], GroupLane] = {}
        self._stamps: OrderedDict[tuple[str, UUID], int] = OrderedDict()
        """Of events that were handed out to a group and not handled yet."""

    async def waiting(self, group: str, lane: int, limit: int) -> Sequence[Recorded]:
        retried = await self._buried.retried(group, lane, limit)
        chosen = await (await self._lane(group, lane)).first(max(0, limit - len(retried)))
        self._remember_stamps(group, chosen)
        return [recorded_of(row) for row in [*retried, *chosen]]

    async def lease(self, group: str, lane: int, holder: str, now: datetime, until: datetime) -> bool:
        return await self._leases.take(group, lane, holder, now, until)

    async def handled(self, group: str, lane: int, holder: str, recorded: Sequence[Recorded]) -> bool:
        if not await self._leases.holds(group, lane, holder):
            return False
        minutes: dict[int, set[UUID]] = {}
        for each in recorded:
            if (stamp := self._stamps.get((group, each.event_id))) is not None:
                minutes.setdefault(minute_of(stamp), set()).add(each.event_id)
        await asyncio.gather(
            *(self._mark_handled(group, lane, minute, done) for minute, done in minutes.items()),
            self._buried.forget_retried(group, lane, recorded),
        )
        self._forget(group, lane, [each.event_id for each in recorded])
        return True

    async def bury(self, group: str, recorded: Recorded, error: str) -> None:
        lane = lane_of(recorded.event.aggregate_id)
        stamp = self._stamps.get((group, recorded.event_id))
        await self._buried.bury(group, recorded, error, await self._raw(lane, stamp, recorded.event_id))

    async def buried(self, limit: int) -> Sequence[Buried]:
        return await self._buried.page(limit)

    async def retry(self, group: str, event_id: EventId) -> bool:
        return await self._buried.retry(group, event_id)

    async def follow(self) -> CassandraFollower:
        follower = CassandraFollower(self._session)
        await follower.skip()
        return follower

    async def backlog(self, group: str) -> Backlog:
        """Counts up to 1,000 a lane."""
        lanes = await asyncio.gather(*(self._behind(group, lane) for lane in range(LANES)))
        waiting = [occurred_at.replace(tzinfo=UTC) for each in lanes for occurred_at in each]
        oldest = min(waiting, default=None)
        return Backlog(waiting=len(waiting), oldest=oldest, buried=await self._buried.count(group))

    async def known(self, group: str, event_ids: Sequence[EventId]) -> Collection[EventId]:
        rows = await asyncio.gather(
            *(self._session.row(KNOWN, {"group": group, "event_id": each}) for each in event_ids)
        )
        return {EventId(row["event_id"]) for row in rows if row}

    async def remember(self, group: str, event_ids: Sequence[EventId], now: datetime) -> None:  # noqa: ARG002
        await asyncio.gather(
            *(self._session.write(REMEMBER, {"group": group, "event_id": each}) for each in event_ids)
        )

    async def purge(self, before: datetime, buried_before: datetime) -> int:  # noqa: ARG002
        """Nothing: all of it ends by a time to live."""
        return 0

    async def _behind(self, group: str, lane: int) -> list[datetime]:
        retried = await self._buried.retried(group, lane, COUNTED_MOST)
        found = [row["occurred_at"] for row in retried] + await unhandled(self._session, group, lane)
        return found[:COUNTED_MOST]

    async def _lane(self, group: str, lane: int) -> GroupLane:
        if (found := self._lanes.get((group, lane))) is None:
            found = self._lanes[group, lane] = await GroupLane.begin(self._session, group, lane)
        return found

    def _drop(self, group: str, lane: int) -> None:
        self._lanes.pop((group, lane), None)

    def _forget(self, group: str, lane: int, event_ids: Sequence[EventId]) -> None:
        for event_id in event_ids:
            self._stamps.pop((group, event_id), None)
        if (found := self._lanes.get((group, lane))) is not None:
            found.handled(event_ids)

    def _remember_stamps(self, group: str, rows: Sequence[Row]) -> None:
        for row in rows:
            self._stamps[group, row["event_id"]] = row["stamp"]
        while len(self._stamps) > STAMPS_MOST:
            self._stamps.popitem(last=False)

    async def _mark_handled(self, group: str, lane: int, minute: int, done: set[UUID]) -> None:
        place = {"group": group, "lane": lane, "minute": minute}
        await self._session.write(MARK_HANDLED, {**place, "id": uuid4(), "event_ids": done})

    async def _raw(self, lane: int, stamp: int | None, event_id: UUID) -> Row | None:
        """The row as it was written, which this version of the code may not be able to read."""
        if stamp is None:
            return None
        place = {"lane": lane, "minute": minute_of(stamp), "stamp": stamp, "event_id": event_id}
        return await self._session.row(RAW, place)
