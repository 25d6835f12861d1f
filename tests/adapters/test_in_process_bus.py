"""The bus of the embedded deployment: at least once, in order, one process of a group at a time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import apsw
import pytest

from killrvideo.adapters.events import tries
from killrvideo.adapters.events.in_process import InProcessBus
from killrvideo.adapters.events.leases import LEASE
from killrvideo.adapters.events.tries import PAUSES
from killrvideo.adapters.sqlite.database import Database
from killrvideo.adapters.sqlite.outbox import SqliteOutbox
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.events import Origin, Recorded, VideoPublished
from killrvideo.domain.ids import VideoId
from killrvideo.service_interfaces.events import Delivery, Handler, Subscription
from tests.holding_still import CountingIds, ManualClock

ORIGIN = Origin(correlation_id="request-1")
VIDEO = VideoId(UUID(int=1))

COPY = """
INSERT INTO outbox
  (event_id, type, schema_version, aggregate, aggregate_id, version, occurred_at, body, origin)
SELECT
  randomblob(16), ?, schema_version, aggregate, aggregate_id, (SELECT max(version) + 1 FROM outbox),
  occurred_at, coalesce(?, body), origin
FROM outbox WHERE sequence = 1
"""


def number(recorded: Recorded) -> int:
    """Which of all the events that were published in the test this is, from 1."""
    return recorded.event.version


class Reader:
    """Handles events by remembering them."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    async def __call__(self, recorded: Recorded) -> None:
        self.seen.append(number(recorded))


class FailingAtTwo(Reader):
    """Fails to handle the second event until it is mended."""

    is_mended = False

    async def __call__(self, recorded: Recorded) -> None:
        if number(recorded) == 2 and not self.is_mended:
            raise ValueError("no such address")
        await super().__call__(recorded)


class Pauses:
    """Waits for nothing, and remembers for how long."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


class Process:
    """A process of the store: a storage of its own on the file that all share, and a bus."""

    def __init__(
        self, path: Path, clock: ManualClock, ids: CountingIds, name: str, numbers: Iterator[int]
    ) -> None:
        self._numbers = numbers
        self.storage = SqliteStorage(path, clock, ids, synchronous="off")
        self.pauses = Pauses()
        self.bus = InProcessBus(self.storage.outbox, clock, name, pause=self.pauses, poll=3600)

    def shared(self, group: str, handler: Handler) -> None:
        self.bus.subscribe(Subscription(group, Delivery.SHARED, handler))

    def every_node(self, group: str, handler: Handler) -> None:
        self.bus.subscribe(Subscription(group, Delivery.EVERY_NODE, handler))

    async def publish(self, events: int) -> None:
        work = self.storage.begin("tests.publish", ORIGIN)
        for _ in range(events):
            work.publish(VideoPublished(video_id=VIDEO, version=next(self._numbers)))
        await work.commit()

    async def buried(self) -> list[tuple[str, int, str]]:
        found = await self.storage.outbox.buried(100)
        return [(each.group, number(each.recorded), each.error) for each in found]


Starting = Callable[[str], "asyncio.Future[Process]"]


@pytest.fixture
async def start(tmp_path: Path, clock: ManualClock, ids: CountingIds) -> AsyncIterator[Starting]:
    processes: list[Process] = []
    numbers = count(1)

    async def starting(name: str) -> Process:
        process = Process(tmp_path / "store.db", clock, ids, name, numbers)
        await process.storage.open()
        processes.append(process)
        return process

    yield lambda name: asyncio.ensure_future(starting(name))
    for process in processes:
        await process.bus.close()
        await process.storage.close()


@pytest.fixture
async def process(start: Starting) -> Process:
    return await start("one")


async def test_every_group_gets_every_event_once_and_in_order(process: Process) -> None:
    mail, index = Reader(), Reader()
    process.shared("mail", mail)
    process.shared("index", index)
    await process.publish(100)
    await process.publish(50)
    assert await process.bus.drain() == 300
    assert mail.seen == index.seen == list(range(1, 151))
    assert await process.bus.drain() == 0


async def test_a_node_gets_what_happens_while_it_runs_and_a_group_all_that_happened(process: Process) -> None:
    node, group = Reader(), Reader()
    process.every_node("cache", node)
    process.shared("index", group)
    await process.publish(2)
    await process.bus.open()
    await process.publish(2)
    await process.bus.drain()
    assert node.seen == [3, 4]
    assert group.seen == [1, 2, 3, 4]


async def test_every_node_handles_what_only_one_of_a_group_does(start: Starting) -> None:
    first, second = await start("one"), await start("two")
    caches, index = [Reader(), Reader()], Reader()
    for each, cache in zip((first, second), caches, strict=True):
        each.every_node("cache", cache)
        each.shared("index", index)
        await each.bus.open()
    await second.publish(3)
    for each in (first, second):
        await each.bus.drain()
    assert [cache.seen for cache in caches] == [[1, 2, 3]] * 2
    assert index.seen == [1, 2, 3]


async def test_a_process_without_workers_handles_only_what_every_node_does(process: Process) -> None:
    cache, index = asyncio.Queue[int](), Reader()

    async def told(recorded: Recorded) -> None:
        await cache.put(number(recorded))

    process.every_node("cache", told)
    process.shared("index", index)
    await process.bus.open(shared=False)
    process.storage.on_commit(process.bus.wake)
    await process.publish(2)
    assert [await cache.get(), await cache.get()] == [1, 2]
    assert index.seen == []


async def test_draining_hands_out_what_handlers_publish_too(process: Process) -> None:
    late = Reader()
    process.shared("late", late)

    async def answering(recorded: Recorded) -> None:
        if number(recorded) < 4:
            await process.publish(1)

    process.shared("answering", answering)
    await process.publish(1)
    assert await process.bus.drain() == 8
    assert late.seen == [1, 2, 3, 4]


async def test_a_restarted_process_goes_on_where_it_stopped(start: Starting) -> None:
    before, after = Reader(), Reader()
    first = await start("one")
    first.shared("index", before)
    await first.bus.open()
    await first.publish(3)
    await first.bus.drain()
    await first.bus.close()
    await first.publish(2)
    await first.storage.close()
    second = await start("two")
    second.shared("index", after)
    assert await second.bus.drain() == 2
    assert before.seen + after.seen == [1, 2, 3, 4, 5]


async def test_two_processes_never_handle_one_groups_events_at_the_same_time(start: Starting) -> None:
    first, second = await start("one"), await start("two")
    seen: list[int] = []
    inside = most = 0

    async def alone(recorded: Recorded) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        for _ in range(5):
            await asyncio.sleep(0)
        inside -= 1
        seen.append(number(recorded))

    for each in (first, second):
        each.shared("index", alone)
        each.storage.on_commit(each.bus.wake)
        await each.bus.open()
    await asyncio.gather(*(each.publish(1) for each in (first, second) * 20))
    await asyncio.gather(first.bus.drain(), second.bus.drain())
    assert len(seen) == 40
    assert seen == [number(each) for each in await first.storage.outbox.waiting("nobody", 0, 100)]
    assert most == 1


async def test_a_process_that_sleeps_over_its_lease_is_followed_and_moves_nothing_when_it_wakes(
    start: Starting, clock: ManualClock
) -> None:
    asleep, successor = await start("one"), await start("two")
    entered, wake_up = asyncio.Event(), asyncio.Event()
    reader = Reader()

    async def sleeping(recorded: Recorded) -> None:
        entered.set()
        await wake_up.wait()

    asleep.shared("index", sleeping)
    successor.shared("index", reader)
    await asleep.publish(3)
    draining = asyncio.ensure_future(asleep.bus.drain())
    await entered.wait()
    assert await successor.bus.drain() == 0
    clock.advance(LEASE)
    assert await successor.bus.drain() == 3
    wake_up.set()
    await draining
    await asleep.publish(1)
    assert await successor.bus.drain() == 1
    assert reader.seen == [1, 2, 3, 4]


async def test_a_process_that_gets_its_group_back_leaves_out_what_the_other_handled(
    start: Starting, clock: ManualClock
) -> None:
    asleep, successor = await start("one"), await start("two")
    entered, wake_up = asyncio.Event(), asyncio.Event()
    before, meanwhile = Reader(), Reader()

    async def sleeping(recorded: Recorded) -> None:
        entered.set()
        await wake_up.wait()
        await before(recorded)

    asleep.shared("index", sleeping)
    successor.shared("index", meanwhile)
    await asleep.publish(3)
    draining = asyncio.ensure_future(asleep.bus.drain())
    await entered.wait()
    clock.advance(LEASE)
    await successor.bus.drain()
    await successor.bus.close()
    await successor.publish(1)
    wake_up.set()
    await draining
    assert meanwhile.seen == [1, 2, 3]
    assert before.seen == [1, 4]


async def test_a_long_batch_renews_its_lease(start: Starting, clock: ManualClock) -> None:
    first, second = await start("one"), await start("two")
    seen, other = Reader(), Reader()

    async def slow(recorded: Recorded) -> None:
        clock.advance(LEASE / 4)
        await seen(recorded)
        assert await second.bus.drain() == 0

    first.shared("index", slow)
    second.shared("index", other)
    await first.publish(20)
    assert await first.bus.drain() == 20
    assert seen.seen == list(range(1, 21))
    assert other.seen == []


async def test_a_handler_that_recovers_gets_its_event_after_growing_pauses(process: Process) -> None:
    reader = Reader()
    failures = 3

    async def recovering(recorded: Recorded) -> None:
        nonlocal failures
        if number(recorded) == 2 and failures:
            failures -= 1
            raise OSError("not yet")
        await reader(recorded)

    process.shared("mail", recovering)
    await process.publish(3)
    assert await process.bus.drain() == 3
    assert reader.seen == [1, 2, 3]
    assert process.pauses.seconds == list(PAUSES[:3])
    assert await process.buried() == []


async def test_an_event_that_cannot_be_handled_is_buried_and_the_others_go_on(process: Process) -> None:
    mail, index = FailingAtTwo(), Reader()
    process.shared("mail", mail)
    process.shared("index", index)
    await process.publish(3)
    await process.bus.drain()
    assert mail.seen == [1, 3]
    assert index.seen == [1, 2, 3]
    assert process.pauses.seconds == list(PAUSES)
    assert sorted(PAUSES) == list(PAUSES)
    assert await process.buried() == [("mail", 2, "ValueError: no such address")]


async def test_a_buried_event_that_is_tried_again_is_handled_by_its_group_alone(process: Process) -> None:
    mail, index = FailingAtTwo(), Reader()
    process.shared("mail", mail)
    process.shared("index", index)
    await process.publish(3)
    await process.bus.drain()
    [buried] = await process.storage.outbox.buried(10)
    mail.is_mended = True
    await process.storage.outbox.retry("mail", buried.recorded.event_id)
    assert await process.bus.drain() == 1
    assert mail.seen == [1, 3, 2]
    assert index.seen == [1, 2, 3]
    assert await process.buried() == []


async def test_a_node_passes_over_what_it_cannot_handle(process: Process) -> None:
    cache = FailingAtTwo()
    process.every_node("cache", cache)
    await process.bus.open()
    await process.publish(3)
    await process.bus.drain()
    assert cache.seen == [1, 3]
    assert process.pauses.seconds == list(PAUSES)
    assert await process.buried() == []


async def test_a_handler_that_never_ends_is_given_up(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "LIMIT", timedelta(milliseconds=1))
    reader = Reader()

    async def stuck(recorded: Recorded) -> None:
        if number(recorded) == 1:
            await asyncio.Event().wait()
        await reader(recorded)

    process.shared("mail", stuck)
    await process.publish(2)
    await process.bus.drain()
    assert reader.seen == [2]
    assert [which for _, which, _ in await process.buried()] == [1]


def from_tomorrow(connection: apsw.Connection) -> None:
    """Leaves a type that is not known, a body that is not understood, and an event as it was."""
    for kind, body in (("Tomorrow", "{}"), ("VideoPublished", "{}"), ("VideoPublished", None)):
        connection.execute(COPY, (kind, body))


async def test_events_of_a_newer_version_are_kept_for_groups_and_passed_over_by_nodes(
    process: Process,
) -> None:
    node, group = Reader(), Reader()
    process.every_node("cache", node)
    process.shared("index", group)
    await process.publish(1)
    await process.bus.open()
    await process.storage.database.write(from_tomorrow)
    await process.bus.drain()
    assert node.seen == [4]
    assert group.seen == [1, 4]
    (*first, reason), (*second, _) = await process.buried()
    assert (first, second) == (["index", 2], ["index", 3])
    assert "Tomorrow" in reason


async def test_a_commit_wakes_the_bus(process: Process) -> None:
    arrived = asyncio.Event()

    async def arriving(recorded: Recorded) -> None:
        arrived.set()

    process.shared("mail", arriving)
    process.storage.on_commit(process.bus.wake)
    await process.bus.open()
    for _ in range(3):
        arrived.clear()
        await process.publish(1)
        await arrived.wait()


async def test_what_another_process_commits_is_found_by_looking(start: Starting, clock: ManualClock) -> None:
    here, elsewhere = await start("one"), await start("two")
    arrived = asyncio.Event()

    async def arriving(recorded: Recorded) -> None:
        arrived.set()

    bus = InProcessBus(here.storage.outbox, clock, "one", poll=0.001)
    bus.subscribe(Subscription("mail", Delivery.SHARED, arriving))
    await bus.open()
    await elsewhere.publish(1)
    await arrived.wait()
    await bus.close()


async def test_the_bus_outlives_an_outage_of_the_store(
    tmp_path: Path, process: Process, clock: ManualClock
) -> None:
    await process.publish(1)
    database = Database(tmp_path / "store.db", synchronous="off", busy_timeout=0.001)
    await database.open()
    blocking = apsw.Connection(str(tmp_path / "store.db"))
    blocking.execute("BEGIN IMMEDIATE")
    arrived = asyncio.Event()

    async def arriving(recorded: Recorded) -> None:
        arrived.set()

    async def until_the_lock_is_gone(seconds: float) -> None:
        blocking.execute("ROLLBACK")

    bus = InProcessBus(SqliteOutbox(database), clock, "two", pause=until_the_lock_is_gone, poll=3600)
    bus.subscribe(Subscription("mail", Delivery.SHARED, arriving))
    await bus.open()
    await arrived.wait()
    await bus.close()
    await database.close()
    blocking.close()


async def test_closing_in_the_middle_keeps_what_was_handled_and_frees_the_group(start: Starting) -> None:
    first, second = await start("one"), await start("two")
    entered = asyncio.Event()
    reader = Reader()

    async def stuck_at_three(recorded: Recorded) -> None:
        if number(recorded) == 3:
            entered.set()
            await asyncio.Event().wait()

    first.shared("index", stuck_at_three)
    second.shared("index", reader)
    await first.publish(4)
    await first.bus.open()
    await entered.wait()
    await first.bus.close()
    assert await second.bus.drain() == 2
    assert reader.seen == [3, 4]
    await first.publish(1)
    assert await first.bus.drain() == 0


async def test_a_group_subscribes_once(process: Process) -> None:
    process.shared("mail", Reader())
    with pytest.raises(ValueError, match="mail"):
        process.every_node("mail", Reader())
