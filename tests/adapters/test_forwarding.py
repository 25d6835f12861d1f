"""A group that forwards insists: many at once, in order, and again until it succeeds."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest

from killrvideo.adapters.events.in_process import InProcessBus
from killrvideo.adapters.events.tails import BATCH
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.errors import Unavailable
from killrvideo.domain.events import Origin, Recorded, VideoEdited
from killrvideo.domain.ids import VideoId
from killrvideo.service_interfaces.events import Delivery, Forwarding, Subscription
from tests.holding_still import ManualClock

OF_TOMORROW = "UPDATE outbox SET type = 'Tomorrow' WHERE version = 2"


class Carrier:
    """Takes batches, unless it is away."""

    def __init__(self) -> None:
        self.taken: list[list[int]] = []
        self.refused = 0
        self.is_away = False
        self.came = asyncio.Event()

    async def __call__(self, batch: Sequence[Recorded]) -> None:
        if self.is_away:
            self.refused += 1
            raise ConnectionError("nobody there")
        self.taken.append([recorded.event.version for recorded in batch])
        self.came.set()


class Pauses:
    """Waits for nothing, remembers for how long, and brings the carrier back in the end."""

    def __init__(self, carrier: Carrier, number: int) -> None:
        self.seconds: list[float] = []
        self._carrier = carrier
        self._number = number

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self._carrier.is_away = len(self.seconds) < self._number
        await asyncio.sleep(0)


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
def bus(storage: SqliteStorage, clock: ManualClock, carrier: Carrier) -> InProcessBus:
    bus = InProcessBus(storage.outbox, clock, "one")
    bus.forward(Forwarding("carrier", carrier))
    return bus


async def publish(storage: SqliteStorage, *versions: int) -> None:
    work = storage.begin("tests.publish", Origin(correlation_id="request-1"))
    for version in versions:
        work.publish(VideoEdited(video_id=VideoId(UUID(int=1)), version=version))
    await work.commit()


async def test_many_events_are_forwarded_at_once_in_their_order(
    storage: SqliteStorage, bus: InProcessBus, carrier: Carrier
) -> None:
    await publish(storage, *range(1, BATCH + 3))
    assert await bus.drain() == BATCH + 2
    assert carrier.taken == [list(range(1, BATCH + 1)), [BATCH + 1, BATCH + 2]]
    assert await bus.drain() == 0


async def test_a_batch_that_fails_is_tried_less_and_less_often_until_it_succeeds(
    storage: SqliteStorage, clock: ManualClock, carrier: Carrier
) -> None:
    pauses = Pauses(carrier, 12)
    bus = InProcessBus(storage.outbox, clock, "one", pause=pauses, poll=3600)
    bus.forward(Forwarding("carrier", carrier))
    carrier.is_away = True
    await publish(storage, 1, 2)
    await bus.open()
    await carrier.came.wait()
    await bus.close()
    assert carrier.taken == [[1, 2]]
    assert carrier.refused == len(pauses.seconds) == 12
    assert pauses.seconds == sorted(pauses.seconds)
    assert pauses.seconds[0] < 1 < pauses.seconds[-1]
    assert await storage.outbox.buried(10) == []


async def test_an_outage_is_told_of_once_and_its_end_too(
    storage: SqliteStorage, clock: ManualClock, carrier: Carrier, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    bus = InProcessBus(storage.outbox, clock, "one", pause=Pauses(carrier, 5), poll=3600)
    bus.forward(Forwarding("carrier", carrier))
    carrier.is_away = True
    await publish(storage, 1)
    await bus.open()
    await carrier.came.wait()
    await bus.drain()
    await bus.close()
    said = [record.getMessage() for record in caplog.records if "carrier" in record.getMessage()]
    assert len(said) == 2
    assert said[0].startswith("carrier cannot follow the outbox")
    assert said[1].startswith("No longer: carrier cannot follow the outbox")


async def test_others_go_on_while_one_is_away(
    storage: SqliteStorage, bus: InProcessBus, carrier: Carrier
) -> None:
    seen = asyncio.Event()

    async def handler(recorded: Recorded) -> None:
        seen.set()

    bus.subscribe(Subscription("mail", Delivery.SHARED, handler))
    carrier.is_away = True
    await bus.open()
    await publish(storage, 1)
    bus.wake()
    await seen.wait()
    await bus.close()
    assert carrier.taken == []
    assert (await storage.outbox.backlog("carrier")).waiting == 1


async def test_draining_says_what_hinders_it(
    storage: SqliteStorage, bus: InProcessBus, carrier: Carrier
) -> None:
    carrier.is_away = True
    await publish(storage, 1)
    with pytest.raises(ConnectionError):
        await bus.drain()


async def test_an_event_of_a_newer_version_is_buried_and_the_rest_forwarded(
    storage: SqliteStorage, bus: InProcessBus, carrier: Carrier
) -> None:
    await publish(storage, 1, 2, 3)
    await storage.database.write(lambda store: store.execute(OF_TOMORROW))
    assert await bus.drain() == 3
    assert carrier.taken == [[1, 3]]
    [buried] = await storage.outbox.buried(10)
    assert (buried.group, buried.recorded.event.version) == ("carrier", 2)
    assert "Tomorrow" in buried.error


async def test_the_backlog_of_each_shared_group_is_known(storage: SqliteStorage, bus: InProcessBus) -> None:
    async def handler(recorded: Recorded) -> None:
        pass

    bus.subscribe(Subscription("mail", Delivery.SHARED, handler))
    bus.subscribe(Subscription("cache", Delivery.EVERY_NODE, handler))
    await publish(storage, 1, 2)
    found = await bus.backlogs()
    assert {group: behind.waiting for group, behind in found.items()} == {"carrier": 2, "mail": 2}


@pytest.mark.parametrize("delivery", list(Delivery))
async def test_an_event_waits_for_a_store_that_is_away_instead_of_being_given_up(
    storage: SqliteStorage, clock: ManualClock, delivery: Delivery
) -> None:
    bus = InProcessBus(storage.outbox, clock, "one")
    seen: list[int] = []
    is_away = True

    async def handler(recorded: Recorded) -> None:
        if is_away and recorded.event.version == 2:
            raise Unavailable("The store does not answer.")
        seen.append(recorded.event.version)

    bus.subscribe(Subscription("mail", delivery, handler))
    assert await bus.drain() == 0
    await publish(storage, 1, 2, 3)
    with pytest.raises(Unavailable):
        await bus.drain()
    is_away = False
    await bus.drain()
    assert seen == [1, 2, 3]
    assert await storage.outbox.buried(10) == []
