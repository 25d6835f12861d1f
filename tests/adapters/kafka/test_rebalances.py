"""A group that is divided anew while an event is tried: nobody begins before the other lets it go."""

import asyncio
from uuid import UUID

from killrvideo.adapters.events.kafka import KafkaCluster
from killrvideo.adapters.events.kafka.clients import consumer_of
from killrvideo.adapters.events.tries import LIMIT, PAUSES
from killrvideo.domain.events import Recorded
from tests.adapters.kafka.world import Reader, Starting

VIDEO = UUID(int=7)


class Mending(Reader):
    """Fails at version 2 until the pause after that has ended, which it does not by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses = asyncio.Event()
        self.begun_in_the_pause: list[int] = []
        self._has_failed = False

    async def __call__(self, recorded: Recorded) -> None:
        if self.pauses.is_set():
            self.begun_in_the_pause.append(recorded.event.version)
        if recorded.event.version == 2 and not self._has_failed:
            self._has_failed = True
            raise ValueError("not yet")
        await super().__call__(recorded)

    async def endless(self, _seconds: float) -> None:
        self.pauses.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.pauses.clear()


async def test_an_event_between_two_tries_is_handed_over_when_another_process_joins(start: Starting) -> None:
    mail = Mending()
    first, second = await start("first", mail.endless), await start("second", mail.endless)
    first.shared("mail", mail)
    second.shared("mail", mail)
    await first.publish(1, 2, 3, video=VIDEO)
    await first.bus.open()
    await mail.pauses.wait()
    await second.bus.open()
    await mail.has(3)
    assert mail.versions == [1, 2, 3]
    assert mail.begun_in_the_pause == []


async def test_a_group_waits_for_a_member_that_needs_all_tries_of_an_event(cluster: KafkaCluster) -> None:
    consumer = consumer_of(cluster, "mail")
    told: int = consumer._rebalance_timeout_ms  # Nothing else says what the broker is told.
    await consumer.stop()
    assert told / 1000 > len((0, *PAUSES)) * LIMIT.total_seconds() + sum(PAUSES)
