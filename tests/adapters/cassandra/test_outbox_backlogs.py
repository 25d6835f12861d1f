"""The outbox on Cassandra after an outage: what a long backlog costs, who reads it, and who stands by."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.cluster.trips import counted
from killrvideo.adapters.cassandra.outbox import buried, seen_events
from killrvideo.adapters.cassandra.outbox import lanes as outbox_lanes
from killrvideo.adapters.cassandra.outbox.event_rows import ADD, MICROS_A_MINUTE, NOTE_MINUTE, lane_of, row_of
from killrvideo.adapters.cassandra.outbox.leases import ASKED_AGAIN
from killrvideo.adapters.cassandra.outbox.outbox import CassandraOutbox
from killrvideo.adapters.cassandra.storage import CassandraStorage
from killrvideo.adapters.cassandra.units.stamps import now_stamp
from killrvideo.domain.events import Origin, Recorded, VideoEdited
from killrvideo.domain.ids import EventId, VideoId
from killrvideo.service_interfaces.events import Backlog
from tests.backends import EmptiedSession
from tests.holding_still import CountingIds, ManualClock

VIDEO = VideoId(UUID("019ca900-0000-7000-8000-000000000001"))
LANE = lane_of(VIDEO)
ORIGIN = Origin(correlation_id="request-1")
BATCH = 64
MINUTES, A_MINUTE = 48, 50
LEASE = timedelta(seconds=30)


class Past:
    """Leaves events of one video as if they had been written a while ago."""

    def __init__(self, session: CassandraSession, clock: ManualClock, ids: CountingIds) -> None:
        self._session = session
        self._clock = clock
        self._ids = ids
        self._this_minute = now_stamp() // MICROS_A_MINUTE

    async def publish(self, version: int, minutes_ago: int) -> Recorded:
        recorded = Recorded(
            event_id=EventId(self._ids.new()),
            event=VideoEdited(video_id=VIDEO, version=version),
            occurred_at=self._clock.now(),
            origin=ORIGIN,
        )
        minute = self._this_minute - minutes_ago
        place = {"lane": LANE, "minute": minute, "stamp": minute * MICROS_A_MINUTE + version}
        await asyncio.gather(
            self._session.write(ADD, {**row_of(recorded), **place}),
            self._session.write(NOTE_MINUTE, place),
        )
        return recorded

    async def fill(self, minutes: int, events: int) -> None:
        """So many minutes with so many events each, numbered from 1."""
        await asyncio.gather(
            *(
                self.publish(minute * events + each + 1, minutes - minute + 1)
                for minute in range(minutes)
                for each in range(events)
            )
        )


@pytest.fixture
def past(session: EmptiedSession, clock: ManualClock, ids: CountingIds) -> Past:
    return Past(session, clock, ids)


@pytest.fixture
def outbox(storage: CassandraStorage) -> CassandraOutbox:
    return storage.outbox


async def lease(outbox: CassandraOutbox, clock: ManualClock, holder: str = "one") -> bool:
    return await outbox.lease("mail", LANE, holder, clock.now(), clock.now() + LEASE)


async def waiting(outbox: CassandraOutbox, limit: int = BATCH) -> Sequence[Recorded]:
    return await outbox.waiting("mail", LANE, limit)


async def handle(outbox: CassandraOutbox, most: int | None = None) -> list[int]:
    """What waits, a batch at a time; the versions."""
    versions: list[int] = []
    while (most is None or len(versions) < most) and (batch := await waiting(outbox)):
        assert await outbox.handled("mail", LANE, "one", batch)
        versions += [each.event.version for each in batch]
    return versions


def all_versions(events: int) -> list[int]:
    return list(range(1, events + 1))


async def test_a_backlog_is_read_once(outbox: CassandraOutbox, clock: ManualClock, past: Past) -> None:
    await past.fill(MINUTES, A_MINUTE)
    await lease(outbox, clock)
    third = MINUTES * A_MINUTE // 3
    costs, versions = [], []
    for most in (third, third, None):
        with counted() as trips:
            versions += await handle(outbox, most)
        costs.append(trips.questions)
    assert versions == all_versions(MINUTES * A_MINUTE)
    assert sum(costs) <= 5 * MINUTES + 8 * MINUTES * A_MINUTE / BATCH
    assert max(costs) <= costs[0] + 40
    assert await waiting(outbox) == []


async def test_a_minute_of_several_pages_is_gone_through_page_by_page(
    outbox: CassandraOutbox, clock: ManualClock, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_lanes, "PAGE", 7)
    await past.fill(2, 100)
    await lease(outbox, clock)
    assert await handle(outbox) == all_versions(200)


async def test_an_event_that_comes_late_is_found_where_ids_were_forgotten(
    outbox: CassandraOutbox, clock: ManualClock, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen_events, "IDS_MOST", 1)
    monkeypatch.setattr(outbox_lanes, "SWEEPS", ((0.0, 15), (600.0, 300)))
    await past.fill(10, 3)
    await lease(outbox, clock)
    assert await handle(outbox) == all_versions(30)
    await past.publish(31, minutes_ago=10)
    assert await handle(outbox) == [31]


async def test_who_takes_over_goes_on_where_the_other_stopped(
    session: EmptiedSession, outbox: CassandraOutbox, clock: ManualClock, past: Past
) -> None:
    await past.fill(3, 50)
    other = CassandraOutbox(session)
    await lease(outbox, clock)
    assert len(await waiting(other)) == BATCH
    assert len(await handle(outbox, BATCH)) == BATCH
    clock.advance(LEASE)
    assert await lease(other, clock, "two")
    assert [each.event.version for each in await waiting(other, 1000)] == all_versions(150)[BATCH:]


async def test_standing_by_asks_the_store_once_in_some_seconds(
    session: EmptiedSession, outbox: CassandraOutbox, clock: ManualClock
) -> None:
    other = CassandraOutbox(session)
    await lease(outbox, clock)
    assert not await lease(other, clock, "two")
    with counted() as trips:
        assert not await lease(other, clock, "two")
    assert trips.questions == 0
    await outbox.lease("mail", LANE, "one", clock.now(), clock.now())
    clock.advance(ASKED_AGAIN)
    assert await lease(other, clock, "two")


async def test_a_backlog_is_counted_over_all_its_minutes(
    outbox: CassandraOutbox, clock: ManualClock, past: Past
) -> None:
    await past.fill(40, 3)
    await lease(outbox, clock)
    await handle(outbox, BATCH)
    assert await outbox.backlog("mail") == Backlog(waiting=120 - BATCH, oldest=clock.now(), buried=0)


async def test_a_backlog_is_counted_up_to_a_thousand_a_lane(outbox: CassandraOutbox, past: Past) -> None:
    await past.fill(4, 300)
    assert (await outbox.backlog("mail")).waiting == 1000


async def test_buried_events_are_found_however_many_there_are(
    outbox: CassandraOutbox, past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buried, "AT_ONCE", 2)
    events = [await past.publish(version, 1) for version in all_versions(7)]
    for each in events:
        await outbox.bury("mail", each, "ValueError: no")
    assert (await outbox.backlog("mail")).buried == 7
    assert [await outbox.retry("mail", each.event_id) for each in events] == [True] * 7
    assert (await outbox.backlog("mail")).buried == 0
