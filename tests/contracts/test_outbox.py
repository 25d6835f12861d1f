"""What every outbox keeps: order, groups that one process handles, and what could not be handled."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from killrvideo.domain.events import (
    AccessChanged,
    ContentFlagged,
    Event,
    Origin,
    Recorded,
    VideoFailed,
    VideoSubmitted,
    VideoViewed,
)
from killrvideo.domain.ids import AccountId, FlagId, VideoId
from killrvideo.service_interfaces.storage import Storage
from tests.holding_still import CountingIds, ManualClock

VIDEO = VideoId(UUID("019ca900-0000-7000-8000-000000000001"))
PERSON = AccountId(UUID("019ca900-0000-7000-8000-000000000002"))
ORIGIN = Origin(correlation_id="request-1", actor_id=PERSON, causation_id="cause", trace_parent="00-aa-bb-01")
MINUTE = timedelta(minutes=1)

EVENTS: Sequence[Event] = (
    VideoSubmitted(video_id=VIDEO, uploader_id=PERSON),
    VideoViewed(video_id=VIDEO, viewer_id=None, version=4),
    VideoFailed(video_id=VIDEO, step="metadata \N{SNOWMAN}", version=5),
    AccessChanged(account_id=PERSON, roles=("creator", "viewer"), scopes=(), version=2),
    ContentFlagged(
        flag_id=FlagId(UUID(int=7)), content_type="video", content_id=VIDEO, reason="spam", version=1
    ),
)


async def publish(storage: Storage, *events: Event, origin: Origin = ORIGIN) -> None:
    work = storage.begin("tests.publish", origin)
    for event in events:
        work.publish(event)
    await work.commit()


async def everything(storage: Storage, after: int = 0) -> Sequence[Recorded]:
    return await storage.outbox.after(after, 100)


async def test_an_empty_outbox_has_no_events(storage: Storage) -> None:
    assert await storage.outbox.last() == 0
    assert await everything(storage) == []


async def test_events_come_back_as_they_were_in_the_order_of_their_commits(
    storage: Storage, clock: ManualClock
) -> None:
    await publish(storage, *EVENTS[:2])
    first = clock.now()
    clock.advance(MINUTE)
    await publish(storage, *EVENTS[2:])
    found = await everything(storage)
    assert [recorded.event for recorded in found] == list(EVENTS)
    assert [recorded.occurred_at for recorded in found] == [first] * 2 + [clock.now()] * 3
    assert {recorded.origin for recorded in found} == {ORIGIN}
    assert len({recorded.event_id for recorded in found}) == len(EVENTS)
    sequences = [recorded.sequence for recorded in found]
    assert sequences == sorted(set(sequences))
    assert await storage.outbox.last() == sequences[-1]


async def test_reading_goes_on_after_a_sequence_and_stops_at_the_limit(storage: Storage) -> None:
    await publish(storage, *EVENTS)
    first, second, *_ = await everything(storage)
    assert list(await storage.outbox.after(first.sequence, 1)) == [second]
    assert list(await storage.outbox.after(await storage.outbox.last(), 10)) == []


async def test_a_new_group_begins_at_the_beginning(storage: Storage, clock: ManualClock) -> None:
    await publish(storage, *EVENTS)
    assert await storage.outbox.lease("mail", "one", clock.now(), clock.now() + MINUTE) == 0


async def test_one_holder_has_a_group_until_its_lease_ends(storage: Storage, clock: ManualClock) -> None:
    outbox = storage.outbox
    assert await outbox.lease("mail", "one", clock.now(), clock.now() + MINUTE) == 0
    assert await outbox.lease("mail", "two", clock.now(), clock.now() + MINUTE) is None
    assert await outbox.lease("index", "two", clock.now(), clock.now() + MINUTE) == 0
    assert await outbox.advance("mail", "one", 3)
    clock.advance(MINUTE)
    assert await outbox.lease("mail", "two", clock.now(), clock.now() + MINUTE) == 3
    assert not await outbox.advance("mail", "one", 9)
    assert await outbox.lease("mail", "one", clock.now(), clock.now() + MINUTE) is None


async def test_a_holder_extends_its_lease_and_can_give_it_back(storage: Storage, clock: ManualClock) -> None:
    outbox = storage.outbox
    await outbox.lease("mail", "one", clock.now(), clock.now() + MINUTE)
    clock.advance(MINUTE / 2)
    assert await outbox.lease("mail", "one", clock.now(), clock.now() + MINUTE) == 0
    clock.advance(MINUTE / 2)
    assert await outbox.lease("mail", "two", clock.now(), clock.now() + MINUTE) is None
    await outbox.lease("mail", "one", clock.now(), clock.now())
    assert await outbox.lease("mail", "two", clock.now(), clock.now() + MINUTE) == 0


async def test_a_position_never_goes_back(storage: Storage, clock: ManualClock) -> None:
    outbox = storage.outbox
    await outbox.lease("mail", "one", clock.now(), clock.now() + MINUTE)
    await outbox.advance("mail", "one", 5)
    await outbox.advance("mail", "one", 2)
    assert await outbox.lease("mail", "one", clock.now(), clock.now() + MINUTE) == 5


async def test_only_old_events_that_every_group_has_handled_are_purged(
    storage: Storage, clock: ManualClock
) -> None:
    outbox = storage.outbox
    await publish(storage, *EVENTS[:3])
    clock.advance(MINUTE)
    await publish(storage, *EVENTS[3:])
    first, second, _third, *later = await everything(storage)
    for group, handled in (("mail", later[-1]), ("index", second)):
        await outbox.lease(group, "one", clock.now(), clock.now() + MINUTE)
        await outbox.advance(group, "one", handled.sequence)
    assert await outbox.purge(first.occurred_at, first.occurred_at) == 0
    assert await outbox.purge(clock.now(), clock.now()) == 2
    assert [recorded.event for recorded in await everything(storage)] == list(EVENTS[2:])


async def test_nothing_is_purged_before_a_group_has_begun(storage: Storage, clock: ManualClock) -> None:
    await publish(storage, *EVENTS)
    later = clock.now() + MINUTE
    assert await storage.outbox.purge(later, later) == 0


async def test_buried_events_stay_longer_than_the_rest(storage: Storage, clock: ManualClock) -> None:
    outbox = storage.outbox
    await publish(storage, *EVENTS)
    found = await everything(storage)
    await outbox.bury("mail", found[1], "ValueError: no")
    await outbox.bury("mail", found[1], "ValueError: still no")
    await outbox.lease("mail", "one", clock.now(), clock.now() + MINUTE)
    await outbox.advance("mail", "one", found[-1].sequence)
    later = clock.now() + MINUTE
    assert await outbox.purge(later, clock.now()) == len(EVENTS) - 1
    assert list(await everything(storage)) == [found[1]]
    assert await outbox.purge(later, later) == 1
    assert await everything(storage) == []


async def test_the_last_sequence_is_remembered_when_all_events_are_purged(
    storage: Storage, clock: ManualClock
) -> None:
    await publish(storage, *EVENTS)
    last = await storage.outbox.last()
    await storage.outbox.lease("mail", "one", clock.now(), clock.now() + MINUTE)
    await storage.outbox.advance("mail", "one", last)
    later = clock.now() + MINUTE
    await storage.outbox.purge(later, later)
    assert await everything(storage) == []
    assert await storage.outbox.last() == last
    await publish(storage, EVENTS[0])
    (recorded,) = await everything(storage)
    assert recorded.sequence > last


async def test_the_origin_is_kept_without_the_idempotency_key(storage: Storage, ids: CountingIds) -> None:
    await publish(storage, EVENTS[0], origin=Origin(correlation_id="other"))
    (recorded,) = await everything(storage)
    assert recorded.origin == Origin(correlation_id="other")
