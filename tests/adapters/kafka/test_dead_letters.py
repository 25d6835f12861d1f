"""What cannot be handled or read is set aside with the reason, and what follows goes on."""

from uuid import UUID

import pytest
from aiokafka import ConsumerRecord

from killrvideo.adapters.events import tries
from killrvideo.adapters.events.cloudevents import read
from killrvideo.adapters.events.kafka import KafkaCluster
from killrvideo.domain.errors import Unavailable
from killrvideo.domain.events import Recorded
from tests.adapters.kafka.world import Process, Reader, Starting, messages_in, send
from tests.builders.stored import left_behind

VIDEO = UUID(int=7)


class FailingAtTwo(Reader):
    """Fails to handle the second version of anything, always in the same way."""

    def __init__(self, failure: Exception) -> None:
        super().__init__()
        self.tries = 0
        self._failure = failure

    async def __call__(self, recorded: Recorded) -> None:
        if recorded.event.version == 2:
            self.tries += 1
            raise self._failure
        await super().__call__(recorded)


def about(letter: ConsumerRecord) -> dict[str, str]:
    """What the headers say of how the message came to be there."""
    return {name: value.decode() for name, value in letter.headers if name.startswith("dead_")}


async def test_an_event_that_cannot_be_handled_is_set_aside_as_it_came(
    process: Process, cluster: KafkaCluster
) -> None:
    mail, index = FailingAtTwo(ValueError("no such address")), Reader()
    process.shared("mail", mail)
    process.shared("index", index)
    await process.publish(1, 2, 3, video=VIDEO)
    await process.bus.drain()
    assert mail.versions == [1, 3]
    assert index.versions == [1, 2, 3]
    assert mail.tries == 1 + len(tries.PAUSES)
    [letter] = await messages_in(cluster, cluster.dead_letters)
    [second] = [each for each in await left_behind(process.storage) if each.event.version == 2]
    assert read(letter.key, letter.value, letter.headers) == second
    where = about(letter)
    assert where.pop("dead_partition").isdecimal()
    assert where == {
        "dead_group": "mail",
        "dead_offset": "1",
        "dead_reason": "ValueError: no such address",
        "dead_topic": cluster.topic("video"),
    }


async def test_what_is_no_event_is_set_aside_and_holds_up_nothing(
    process: Process, cluster: KafkaCluster
) -> None:
    index = Reader()
    process.shared("index", index)
    await process.publish(1)
    await process.bus.drain()
    await send(cluster, cluster.topic("video"), b"hello", ("from", b"somebody \xff"))
    await process.publish(2)
    await process.bus.drain()
    assert sorted(index.versions) == [1, 2]
    [letter] = await messages_in(cluster, cluster.dead_letters)
    assert (letter.key, letter.value) == (b"key", b"hello")
    assert ("from", b"somebody \xff") in letter.headers
    assert about(letter)["dead_reason"] == "The content type is not application/json."


async def test_whatever_others_send_is_set_aside(process: Process, cluster: KafkaCluster) -> None:
    index = Reader()
    process.shared("index", index)
    await process.bus.drain()
    await send(cluster, cluster.topic("video"), b"", ("empty", None), key=None)
    await send(cluster, cluster.topic("video"), b"x" * 850_000)
    await process.publish(1)
    await process.bus.drain()
    assert index.versions == [1]
    first, second = await messages_in(cluster, cluster.dead_letters)
    assert sorted([first.key is None, second.key is None]) == [False, True]
    assert (first.value, second.value) == (b"", b"")


async def test_a_store_that_is_away_is_no_events_fault(start: Starting, cluster: KafkaCluster) -> None:
    process = await start()
    mail = FailingAtTwo(Unavailable("The store does not answer."))
    process.shared("mail", mail)
    await process.publish(1, 2, 3, video=VIDEO)
    await process.bus.open()
    await mail.has(1)
    await process.bus.close()
    assert mail.versions == [1]
    healthy = await start("healthy")
    index = Reader()
    healthy.shared("mail", index)
    await healthy.bus.drain()
    assert index.versions == [2, 3]
    assert await messages_in(cluster, cluster.dead_letters) == []


@pytest.mark.parametrize("value", [b"", b"\xff"])
async def test_a_node_passes_over_what_it_cannot_read(
    process: Process, cluster: KafkaCluster, value: bytes
) -> None:
    node = Reader()
    process.every_node("cache", node)
    await process.bus.drain()
    await process.bus.open()
    await send(cluster, cluster.topic("video"), value)
    await process.publish(1)
    await node.has(1)
    assert await messages_in(cluster, cluster.dead_letters) == []
