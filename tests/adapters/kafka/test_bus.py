"""The bus over a real broker: at least once, recognised the second time, in the order of each aggregate."""

import asyncio
from uuid import UUID, uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

from killrvideo.domain.events import Recorded
from killrvideo.service_interfaces.events import Backlog
from tests.adapters.kafka.world import ORIGIN, Process, Reader, Starting
from tests.builders.stored import left_behind


async def test_every_group_gets_every_event_once_as_it_was(process: Process) -> None:
    mail, index = Reader(), Reader()
    process.shared("mail", mail)
    process.shared("index", index)
    await process.publish(1, 2, 3)
    await process.publish(1, 2)
    assert await process.bus.drain() == 10
    published = {recorded.event_id: recorded for recorded in await left_behind(process.storage)}
    assert {each.event_id: each for each in mail.seen} == published
    assert {each.event_id: each for each in index.seen} == published
    assert {each.origin for each in mail.seen} == {ORIGIN}
    assert await process.bus.drain() == 0


async def test_a_group_that_has_no_coordinator_yet_is_looked_at_again(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a broker answers that has just begun."""
    find, asked = AIOKafkaAdminClient.find_coordinator, 0

    async def at_the_second_look(admin: AIOKafkaAdminClient, group: str, kind: int = 0) -> int:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise GroupCoordinatorNotAvailableError
        found: int = await find(admin, group, kind)
        return found

    monkeypatch.setattr(AIOKafkaAdminClient, "find_coordinator", at_the_second_look)
    mail = Reader()
    process.shared("mail", mail)
    await process.publish(1, 2)
    assert await process.bus.drain() == 2
    assert asked > 1


async def test_a_commit_is_handled_without_further_ado(process: Process) -> None:
    mail = Reader()
    process.shared("mail", mail)
    await process.bus.open()
    await process.publish(1, 2)
    await mail.has(2)


async def test_events_of_an_aggregate_stay_in_order_however_many_write(start: Starting) -> None:
    one, two = await start("one"), await start("two")
    reader = Reader()
    one.shared("mail", reader)
    two.shared("mail", reader)
    videos = [uuid4() for _ in range(12)]

    async def edit(process: Process, video: UUID) -> None:
        for version in range(1, 9):
            await process.publish(version, video=video)

    for process in (one, two):
        await process.bus.open()
    await asyncio.gather(*(edit((one, two)[number % 2], video) for number, video in enumerate(videos)))
    await reader.has(96)
    assert [reader.versions_of(video) for video in videos] == [list(range(1, 9))] * 12


async def test_a_node_gets_what_happens_while_it_runs_and_a_group_all_that_happened(start: Starting) -> None:
    before, after = await start("before"), await start("after")
    group, node = Reader(), Reader()
    await before.publish(1, 2)
    await before.bus.drain()
    after.every_node("cache", node)
    after.shared("index", group)
    await after.bus.open()
    await before.publish(3, 4)
    await before.bus.drain()
    await after.bus.drain()
    assert sorted(node.versions) == [3, 4]
    assert sorted(group.versions) == [1, 2, 3, 4]


async def test_every_node_handles_what_only_one_of_a_group_does(start: Starting) -> None:
    first, second = await start("one"), await start("two")
    caches, index = [Reader(), Reader()], Reader()
    for each, cache in zip((first, second), caches, strict=True):
        each.every_node("cache", cache)
        each.shared("index", index)
        await each.bus.open()
    for version in range(1, 21):
        await second.publish(version)
    for each in (first, second):
        await each.bus.drain()
    assert [sorted(cache.versions) for cache in caches] == [list(range(1, 21))] * 2
    assert sorted(index.versions) == list(range(1, 21))


async def test_a_process_without_workers_handles_only_what_every_node_does(start: Starting) -> None:
    answering, working = await start("answering"), await start("working")
    cache, index = Reader(), Reader()
    answering.every_node("cache", cache)
    answering.shared("index", index)
    await answering.bus.open(shared=False)
    await working.publish(1, 2)
    await working.bus.drain()
    await cache.has(2)
    assert index.seen == []


async def test_what_handlers_publish_is_drained_too(process: Process) -> None:
    late = Reader()

    async def answering(recorded: Recorded) -> None:
        if recorded.event.version < 3:
            await process.publish(recorded.event.version + 1)

    process.shared("answering", answering)
    process.shared("late", late)
    await process.publish(1)
    assert await process.bus.drain() == 6
    assert sorted(late.versions) == [1, 2, 3]


async def test_what_was_handled_but_not_committed_is_recognised_after_a_restart(start: Starting) -> None:
    first, second = await start("one"), await start("two")
    before, after = Reader(), Reader()
    entered = asyncio.Event()

    async def stuck_at_three(recorded: Recorded) -> None:
        if recorded.event.version == 3:
            entered.set()
            await asyncio.Event().wait()
        await before(recorded)

    first.shared("index", stuck_at_three)
    await first.publish(1, 2, 3, 4)
    await first.bus.open()
    await entered.wait()
    await first.bus.close()
    second.shared("index", after)
    await second.bus.drain()
    assert before.versions == [1, 2]
    assert after.versions == [3, 4]
    assert second.bus.repeated == 2


async def test_an_event_that_is_published_twice_is_handled_once(process: Process) -> None:
    """A relay that died before it could tell the outbox publishes again."""
    reader = Reader()
    process.shared("index", reader)
    await process.bus.open()
    await process.publish(1, 2)
    await process.bus.drain()
    await process.storage.database.write(lambda store: store.execute("DELETE FROM outbox_groups"))
    await process.publish(3)
    await process.bus.drain()
    assert sorted(reader.versions) == [1, 2, 3]
    assert process.bus.repeated >= 2


async def test_the_backlog_is_what_waits_in_the_store_and_in_kafka(process: Process) -> None:
    process.shared("index", Reader())
    await process.publish(1, 2, 3)
    found = await process.bus.backlogs()
    assert found["kafka"].waiting == 3
    await process.bus.drain()
    nothing = Backlog(waiting=0, oldest=None, buried=0)
    assert await process.bus.backlogs() == {"kafka": nothing, "index": nothing}


async def test_messages_that_a_group_has_not_taken_are_its_backlog(start: Starting) -> None:
    relay, asleep = await start("relay"), await start("asleep")
    asleep.shared("index", Reader())
    await relay.publish(1, 2, 3)
    await relay.bus.drain()
    assert (await asleep.bus.backlogs())["index"].waiting == 3
