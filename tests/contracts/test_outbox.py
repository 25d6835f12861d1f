"""What every outbox keeps: what waits for a group, who serves it, what it buried, and what came twice."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from killrvideo.domain.events import (
    AccessChanged,
    ContentFlagged,
    Event,
    Origin,
    Recorded,
    VideoEdited,
    VideoFailed,
    VideoSubmitted,
    VideoViewed,
)
from killrvideo.domain.ids import AccountId, EventId, FlagId, VideoId
from killrvideo.service_interfaces.events import Backlog, Buried, Follower
from killrvideo.service_interfaces.storage import Storage
from tests.builders.stored import left_behind
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
EDITS = tuple(VideoEdited(video_id=VIDEO, version=version) for version in range(1, 7))
"""All of one aggregate, so of one lane."""


async def publish(storage: Storage, *events: Event, origin: Origin = ORIGIN) -> None:
    work = storage.begin("tests.publish", origin)
    for event in events:
        work.publish(event)
    await work.commit()


async def lane_of_edits(storage: Storage) -> int:
    """Which lane the edits are in, when they are all that was published."""
    lanes = range(storage.outbox.lanes)
    [lane] = [lane for lane in lanes if await storage.outbox.waiting("tests", lane, 1)]
    return lane


def versions(recorded: Sequence[Recorded]) -> list[int]:
    return [each.event.version for each in recorded]


async def everything_new(follower: Follower) -> list[Recorded]:
    found: list[Recorded] = []
    while batch := await follower.next(2):
        assert len(batch) <= 2
        found.extend(batch)
    return found


class Group:
    """A group that one process serves, in the lane of the edits."""

    def __init__(self, storage: Storage, clock: ManualClock, lane: int, name: str = "mail") -> None:
        self._outbox = storage.outbox
        self._clock = clock
        self._lane = lane
        self.name = name

    async def lease(self, holder: str = "one", length: timedelta = MINUTE) -> bool:
        now = self._clock.now()
        return await self._outbox.lease(self.name, self._lane, holder, now, now + length)

    async def waiting(self, limit: int = 100) -> Sequence[Recorded]:
        return await self._outbox.waiting(self.name, self._lane, limit)

    async def handled(self, recorded: Sequence[Recorded], holder: str = "one") -> bool:
        return await self._outbox.handled(self.name, self._lane, holder, recorded)


@pytest.fixture
async def mail(storage: Storage, clock: ManualClock) -> Group:
    await publish(storage, *EDITS)
    return Group(storage, clock, await lane_of_edits(storage))


async def test_an_empty_outbox_has_no_events(storage: Storage) -> None:
    assert await left_behind(storage) == []
    assert await storage.outbox.backlog("mail") == Backlog(waiting=0, oldest=None, buried=0)


async def test_events_come_back_as_they_were(storage: Storage, clock: ManualClock) -> None:
    await publish(storage, *EVENTS[:2])
    first = clock.now()
    clock.advance(MINUTE)
    await publish(storage, *EVENTS[2:])
    found = await left_behind(storage)
    assert [recorded.event for recorded in found] == list(EVENTS)
    assert [recorded.occurred_at for recorded in found] == [first] * 2 + [clock.now()] * 3
    assert {recorded.origin for recorded in found} == {ORIGIN}
    assert len({recorded.event_id for recorded in found}) == len(EVENTS)


async def test_an_aggregates_events_wait_in_one_lane_in_the_order_of_their_versions(
    storage: Storage, clock: ManualClock
) -> None:
    for event in EDITS:
        await publish(storage, event)
        clock.advance(MINUTE)
    lane = await lane_of_edits(storage)
    assert versions(await storage.outbox.waiting("mail", lane, 100)) == [1, 2, 3, 4, 5, 6]
    assert versions(await storage.outbox.waiting("mail", lane, 2)) == [1, 2]


async def test_what_was_handled_waits_no_more_for_that_group(storage: Storage, mail: Group) -> None:
    assert await mail.lease()
    assert await mail.handled(await mail.waiting(2))
    assert versions(await mail.waiting(3)) == [3, 4, 5]
    assert await mail.handled(await mail.waiting())
    assert await mail.waiting() == []
    assert len(await left_behind(storage)) == len(EDITS)


async def test_what_happens_later_waits_behind_what_was_handled(
    storage: Storage, clock: ManualClock, mail: Group
) -> None:
    await mail.lease()
    await mail.handled(await mail.waiting())
    clock.advance(MINUTE / 2)
    await publish(storage, VideoEdited(video_id=VIDEO, version=7))
    assert versions(await mail.waiting()) == [7]


async def test_one_holder_has_a_lane_until_its_lease_ends(
    storage: Storage, clock: ManualClock, mail: Group
) -> None:
    index = Group(storage, clock, await lane_of_edits(storage), "index")
    assert await mail.lease("one")
    assert not await mail.lease("two")
    assert await index.lease("two")
    first, second = await mail.waiting(2)
    assert await mail.handled([first], "one")
    clock.advance(MINUTE)
    assert await mail.lease("two")
    assert await mail.handled([second], "two")
    assert not await mail.handled(await mail.waiting(), "one")
    assert versions(await mail.waiting(1)) == [3]
    assert not await mail.lease("one")


async def test_a_holder_extends_its_lease_and_can_give_it_back(clock: ManualClock, mail: Group) -> None:
    await mail.lease("one")
    clock.advance(MINUTE / 2)
    assert await mail.lease("one")
    clock.advance(MINUTE / 2)
    assert not await mail.lease("two")
    await mail.lease("one", timedelta(0))
    assert await mail.lease("two")


async def test_handling_again_what_was_handled_takes_nothing_back(mail: Group) -> None:
    await mail.lease()
    first, *others = await mail.waiting()
    await mail.handled([first, *others[:2]])
    assert await mail.handled([first])
    assert versions(await mail.waiting()) == [4, 5, 6]


async def test_a_buried_event_is_shown_and_waits_no_more(storage: Storage, mail: Group) -> None:
    found = await mail.waiting()
    await mail.lease()
    await storage.outbox.bury("mail", found[1], "ValueError: no")
    await storage.outbox.bury("mail", found[1], "ValueError: still no")
    await mail.handled(found[:3])
    assert versions(await mail.waiting()) == [4, 5, 6]
    assert list(await storage.outbox.buried(10)) == [
        Buried(group="mail", recorded=found[1], error="ValueError: still no")
    ]


async def test_what_several_groups_buried_is_shown_oldest_first_up_to_a_limit(
    storage: Storage, mail: Group
) -> None:
    found = await mail.waiting()
    for group, recorded in (("mail", found[2]), ("index", found[0]), ("mail", found[1])):
        await storage.outbox.bury(group, recorded, "ValueError: no")
    shown = [(each.group, each.recorded.event.version) for each in await storage.outbox.buried(10)]
    assert shown == [("index", 1), ("mail", 2), ("mail", 3)]
    assert len(await storage.outbox.buried(2)) == 2


async def test_a_buried_event_can_be_tried_again(storage: Storage, mail: Group) -> None:
    outbox = storage.outbox
    found = await mail.waiting()
    await mail.lease()
    await outbox.bury("mail", found[1], "ValueError: no")
    await mail.handled(found[:4])
    assert await outbox.retry("mail", found[1].event_id)
    assert await outbox.buried(10) == []
    assert versions(await mail.waiting()) == [2, 5, 6]
    assert versions(await mail.waiting(1)) == [2]
    assert await mail.handled(await mail.waiting(1))
    assert versions(await mail.waiting()) == [5, 6]
    assert await outbox.buried(10) == []


async def test_a_second_try_that_fails_buries_the_event_again(storage: Storage, mail: Group) -> None:
    found = await mail.waiting()
    await mail.lease()
    await storage.outbox.bury("mail", found[0], "ValueError: no")
    await mail.handled(found[:1])
    await storage.outbox.retry("mail", found[0].event_id)
    await storage.outbox.bury("mail", found[0], "OSError: neither")
    await mail.handled(found[:1])
    assert versions(await mail.waiting(1)) == [2]
    assert [each.error for each in await storage.outbox.buried(10)] == ["OSError: neither"]


async def test_only_what_its_group_buried_can_be_tried_again(
    storage: Storage, mail: Group, ids: CountingIds
) -> None:
    [first] = await mail.waiting(1)
    await storage.outbox.bury("mail", first, "ValueError: no")
    assert not await storage.outbox.retry("index", first.event_id)
    assert not await storage.outbox.retry("mail", EventId(ids.new()))
    assert await storage.outbox.retry("mail", first.event_id)
    assert not await storage.outbox.retry("mail", first.event_id)


async def test_the_backlog_tells_what_waits_and_how_old_it_is(
    storage: Storage, clock: ManualClock, mail: Group
) -> None:
    first = clock.now()
    clock.advance(MINUTE / 4)
    await publish(storage, *EVENTS[3:])
    assert await storage.outbox.backlog("mail") == Backlog(waiting=8, oldest=first, buried=0)
    found = await mail.waiting()
    await mail.lease()
    await storage.outbox.bury("mail", found[0], "ValueError: no")
    await mail.handled([each for each in found if each.event in EDITS])
    behind = await storage.outbox.backlog("mail")
    assert (behind.oldest, behind.buried) == (clock.now(), 1)
    assert behind.waiting == 2


async def test_a_follower_gets_what_happens_from_then_on_once(storage: Storage, clock: ManualClock) -> None:
    await publish(storage, *EDITS[:2])
    early = await storage.outbox.follow()
    assert await everything_new(early) == []
    await publish(storage, *EDITS[2:])
    late = await storage.outbox.follow()
    clock.advance(MINUTE)
    await publish(storage, *EVENTS[3:])
    heard = [each.event for each in await everything_new(early)]
    assert [event for event in heard if event in EDITS] == list(EDITS[2:])
    assert {event for event in heard if event not in EDITS} == set(EVENTS[3:])
    assert {each.event for each in await everything_new(late)} == set(EVENTS[3:])
    assert await everything_new(early) == await everything_new(late) == []


async def test_a_group_knows_the_events_that_it_remembers(
    storage: Storage, clock: ManualClock, ids: CountingIds
) -> None:
    outbox = storage.outbox
    first, second, third = (EventId(ids.new()) for _ in range(3))
    assert not await outbox.known("mail", [first])
    await outbox.remember("mail", [first, second], clock.now())
    await outbox.remember("mail", [second], clock.now())
    assert set(await outbox.known("mail", [first, second, third])) == {first, second}
    assert not await outbox.known("index", [first, second, third])
    assert not await outbox.known("mail", [])


async def test_the_origin_is_kept_without_the_idempotency_key(storage: Storage) -> None:
    await publish(storage, EVENTS[0], origin=Origin(correlation_id="other"))
    (recorded,) = await left_behind(storage)
    assert recorded.origin == Origin(correlation_id="other")
