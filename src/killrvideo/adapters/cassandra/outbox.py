"""The outbox in Cassandra: events by lane and minute, what each group has handled, and who serves a lane."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from killrvideo.adapters.cassandra.buried import BuriedEvents
from killrvideo.adapters.cassandra.event_rows import EVENT, LANES, lane_of, minute_of, recorded_of
from killrvideo.adapters.cassandra.followers import CassandraFollower
from killrvideo.adapters.cassandra.marks import Marks
from killrvideo.adapters.cassandra.outbox_lanes import (
    LATEST,
    LaneReader,
    by_version,
    handled_in,
)
from killrvideo.adapters.cassandra.session import CassandraSession, Row
from killrvideo.adapters.cassandra.stamps import now_stamp
from killrvideo.domain.events import Recorded
from killrvideo.domain.ids import EventId
from killrvideo.service_interfaces.events import Backlog, Buried

COUNTED_MOST = 1000
STAMPS_MOST = 65_536
MARK_EVERY = 300.0
"""Seconds between two notes of how far a group has come for good."""

LEASED = "SELECT holder, lease_until FROM outbox_leases WHERE group_name = :group AND lane = :lane"
LEASE = """
UPDATE outbox_leases SET holder = :holder, lease_until = :until WHERE group_name = :group AND lane = :lane
IF holder = :before AND lease_until = :ended
"""
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


@dataclass(slots=True)
class Lane:
    """What this process knows of one lane of one group."""

    reader: LaneReader
    since: int | None
    """The minute before which the group has handled everything for good, as the store knows."""
    marked: float = field(default_factory=time.monotonic)


class CassandraOutbox:
    lanes = LANES

    def __init__(self, session: CassandraSession) -> None:
        self._session = session
        self._marks = Marks(session)
        self._buried = BuriedEvents(session)
        self._read: dict[tuple[str, int], Lane] = {}
        self._held: set[tuple[str, int, str]] = set()
        self._stamps: OrderedDict[tuple[str, UUID], int] = OrderedDict()
        """Of events that were handed out to a group and not handled yet."""

    async def waiting(self, group: str, lane: int, limit: int) -> Sequence[Recorded]:
        read = self._read.get((group, lane)) or await self._begin(group, lane)
        retried = await self._buried.retried(group, lane, limit)
        rows = await read.reader.unseen(lambda minute: handled_in(self._session, group, lane, minute))
        if not rows:
            await self._note(group, lane, read)
        chosen = by_version(rows[: max(0, limit - len(retried))])
        self._remember_stamps(group, chosen)
        return [recorded_of(row) for row in [*retried, *chosen]]

    async def lease(self, group: str, lane: int, holder: str, now: datetime, until: datetime) -> bool:
        place = {"group": group, "lane": lane}
        found = await self._session.serial(LEASED, place) or {"holder": None, "lease_until": None}
        present, ends = found["holder"], found["lease_until"]
        if present not in {None, holder} and ends is not None and ends.replace(tzinfo=UTC) > now:
            return self._lost(group, lane, holder)
        change = {**place, "holder": holder, "until": until, "before": present, "ended": ends}
        if not await self._session.compare_and_set((LEASE, change)):
            return self._lost(group, lane, holder)
        if present != holder or (group, lane, holder) not in self._held:
            # Another process may have handled what this one remembers as waiting.
            self._read.pop((group, lane), None)
            self._held.add((group, lane, holder))
        return True

    async def handled(self, group: str, lane: int, holder: str, recorded: Sequence[Recorded]) -> bool:
        found = await self._session.serial(LEASED, {"group": group, "lane": lane})
        if found is None or found["holder"] != holder:
            return self._lost(group, lane, holder)
        read = self._read.get((group, lane)) or await self._begin(group, lane)
        minutes: dict[int, set[UUID]] = {}
        for each in recorded:
            stamp = self._stamps.pop((group, each.event_id), None)
            if stamp is not None:
                minutes.setdefault(minute_of(stamp), set()).add(each.event_id)
                read.reader.see(stamp, each.event_id)
        await asyncio.gather(
            *(self._mark_handled(group, lane, minute, done) for minute, done in minutes.items()),
            self._buried.forget_retried(group, lane, recorded),
        )
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
        """Reads what waits, up to 1,000 a lane."""
        waiting: list[Recorded] = []
        for lane in range(LANES):
            waiting += await self._everything(group, lane)
        oldest = min((each.occurred_at for each in waiting), default=None)
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

    async def _everything(self, group: str, lane: int) -> list[Recorded]:
        async def seen(minute: int) -> set[UUID]:
            return await handled_in(self._session, group, lane, minute)

        read = await self._begin(group, lane, keep=False)
        rows = (await read.reader.unseen(seen))[:COUNTED_MOST]
        rows += await self._buried.retried(group, lane, COUNTED_MOST)
        return [recorded_of(row) for row in rows]

    def _lost(self, group: str, lane: int, holder: str) -> bool:
        self._held.discard((group, lane, holder))
        return False

    async def _begin(self, group: str, lane: int, *, keep: bool = True) -> Lane:
        since = await self._marks.find(_mark(group, lane))
        first = 0 if since is None else since - LATEST
        read = Lane(LaneReader(self._session, lane, first), since)
        if keep:
            self._read[group, lane] = read
        return read

    async def _note(self, group: str, lane: int, read: Lane) -> None:
        """Everything up to now is handled: whoever takes over need not look further back."""
        if time.monotonic() - read.marked < MARK_EVERY:
            return
        now = minute_of(now_stamp())
        if read.since is None:
            await self._marks.get(_mark(group, lane), now)
        else:
            await self._marks.move(_mark(group, lane), read.since, now)
        read.since, read.marked = now, time.monotonic()

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


def _mark(group: str, lane: int) -> str:
    return f"outbox:{group}:{lane}"
