"""What the embedded outbox drops, and what it keeps although it is old."""

from datetime import timedelta
from uuid import UUID

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.events import Origin, VideoEdited
from killrvideo.domain.ids import EventId, VideoId
from killrvideo.service_interfaces.storage import Storage
from tests.builders.stored import left_behind
from tests.holding_still import CountingIds, ManualClock

DAY = timedelta(days=1)


async def publish(storage: Storage, *versions: int) -> None:
    work = storage.begin("tests.publish", Origin(correlation_id="request-1"))
    for version in versions:
        work.publish(VideoEdited(video_id=VideoId(UUID(int=1)), version=version))
    await work.commit()


async def handle(storage: Storage, clock: ManualClock, group: str, upto: int) -> None:
    """The group handles everything up to that version."""
    await storage.outbox.lease(group, 0, "one", clock.now(), clock.now() + timedelta(minutes=1))
    found = await storage.outbox.waiting(group, 0, 100)
    assert await storage.outbox.handled(
        group, 0, "one", [each for each in found if each.event.version <= upto]
    )


async def kept(storage: Storage) -> list[int]:
    return [recorded.event.version for recorded in await left_behind(storage)]


async def test_only_old_events_that_every_group_has_handled_are_purged(
    storage: SqliteStorage, clock: ManualClock
) -> None:
    await publish(storage, 1, 2, 3)
    first = clock.now()
    clock.advance(DAY)
    await publish(storage, 4, 5)
    await handle(storage, clock, "mail", 5)
    await handle(storage, clock, "index", 2)
    assert await storage.outbox.purge(first, first) == 0
    assert await storage.outbox.purge(clock.now(), clock.now()) == 2
    assert await kept(storage) == [3, 4, 5]


async def test_nothing_is_purged_before_a_group_has_begun(storage: SqliteStorage, clock: ManualClock) -> None:
    await publish(storage, 1)
    assert await storage.outbox.purge(clock.now() + DAY, clock.now() + DAY) == 0


async def test_a_group_that_is_not_in_use_holds_nothing_back(
    storage: SqliteStorage, clock: ManualClock
) -> None:
    await publish(storage, 1, 2)
    await handle(storage, clock, "given up", 1)
    clock.advance(8 * DAY)
    await publish(storage, 3)
    await handle(storage, clock, "mail", 3)
    assert await storage.outbox.purge(clock.now() - 9 * DAY, clock.now() - 90 * DAY) == 0
    assert await storage.outbox.purge(clock.now() - 7 * DAY, clock.now() - 90 * DAY) == 2
    assert [each.event.version for each in await storage.outbox.waiting("given up", 0, 100)] == [3]


async def test_nothing_is_purged_while_no_group_is_in_use(storage: SqliteStorage, clock: ManualClock) -> None:
    await publish(storage, 1)
    await handle(storage, clock, "mail", 1)
    clock.advance(8 * DAY)
    assert await storage.outbox.purge(clock.now() - 7 * DAY, clock.now() - 90 * DAY) == 0
    assert await kept(storage) == [1]


async def test_buried_events_stay_longer_than_the_rest(storage: SqliteStorage, clock: ManualClock) -> None:
    await publish(storage, 1, 2, 3)
    found = await storage.outbox.waiting("mail", 0, 100)
    await storage.outbox.bury("mail", found[1], "ValueError: no")
    await handle(storage, clock, "mail", 3)
    later = clock.now() + timedelta(seconds=1)
    assert await storage.outbox.purge(later, clock.now()) == 2
    assert await kept(storage) == [2]
    assert await storage.outbox.purge(later, later) == 1
    assert await kept(storage) == []


async def test_following_and_waiting_go_on_when_all_events_are_purged(
    storage: SqliteStorage, clock: ManualClock
) -> None:
    await publish(storage, 1, 2)
    await handle(storage, clock, "mail", 2)
    later = clock.now() + timedelta(seconds=1)
    assert await storage.outbox.purge(later, later) == 2
    follower = await storage.outbox.follow()
    await publish(storage, 3)
    assert [each.event.version for each in await follower.next(10)] == [3]
    assert [each.event.version for each in await storage.outbox.waiting("mail", 0, 10)] == [3]


async def test_what_groups_remember_is_forgotten_with_the_events_of_its_time(
    storage: SqliteStorage, clock: ManualClock, ids: CountingIds
) -> None:
    early, late = EventId(ids.new()), EventId(ids.new())
    await storage.outbox.remember("mail", [early], clock.now())
    clock.advance(DAY)
    await storage.outbox.remember("mail", [late], clock.now())
    await storage.outbox.purge(clock.now(), clock.now())
    assert set(await storage.outbox.known("mail", [early, late])) == {late}
