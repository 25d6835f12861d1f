"""A broker that is lost, hangs or was never there costs delay, and nothing else."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from tests.adapters.kafka.world import Process, Reader, Starting
from tests.stand_ins.wire import Wire

VIDEOS = [uuid4() for _ in range(6)]


async def edit_all(process: Process, versions: Sequence[int]) -> None:
    """Every video in turn, so that each version of one stands beside those of the others."""
    for version in versions:
        for video in VIDEOS:
            await process.publish(version, video=video)


def once_and_in_order(reader: Reader, versions: Sequence[int]) -> bool:
    return all(reader.versions_of(video) == list(versions) for video in VIDEOS)


async def test_a_broker_that_is_lost_again_and_again_loses_and_repeats_nothing(
    process: Process, wire: Wire
) -> None:
    reader = Reader()
    process.shared("index", reader)
    await process.bus.open()
    for round_ in range(3):
        first = 8 * round_
        await edit_all(process, range(first, first + 4))
        await reader.has(len(VIDEOS) * (first + 2))
        await wire.cut()
        await edit_all(process, range(first + 4, first + 8))
        await wire.lay()
    await reader.has(len(VIDEOS) * 24)
    await process.bus.drain()
    assert once_and_in_order(reader, range(24))


async def test_a_bus_opens_without_a_broker_and_says_so_once(
    process: Process, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    reader, node = Reader(), Reader()
    process.shared("index", reader)
    process.every_node("cache", node)
    await wire.cut()
    await process.bus.open()
    await edit_all(process, range(3))
    waiting = (await process.storage.outbox.backlog("kafka")).waiting
    await wire.lay()
    await reader.has(len(VIDEOS) * 3)
    await node.has(len(VIDEOS) * 3)
    assert waiting == len(VIDEOS) * 3
    assert once_and_in_order(reader, range(3))
    assert once_and_in_order(node, range(3))
    told = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(told) == len(set(told)) == 3


async def test_a_bus_closes_while_its_broker_hangs(start: Starting, wire: Wire) -> None:
    hanging, successor = await start("one"), await start("two")
    before, after = Reader(), Reader()
    hanging.shared("index", before)
    hanging.every_node("cache", Reader())
    successor.shared("index", after)
    await hanging.bus.open()
    await edit_all(hanging, range(2))
    await before.has(len(VIDEOS) * 2)
    wire.hang()
    await edit_all(hanging, range(2, 4))
    await hanging.bus.close()
    wire.go_on()
    await successor.bus.drain()
    assert after.versions_of(VIDEOS[0]) == [2, 3]
    assert not set(event_ids(before)) & set(event_ids(after))


async def test_nobody_waits_for_a_broker_that_hangs(start: Starting, wire: Wire) -> None:
    process = await start()
    process.shared("index", Reader())
    await process.bus.open()
    wire.hang()
    await edit_all(process, range(2))
    assert (await process.storage.outbox.backlog("kafka")).waiting == len(VIDEOS) * 2
    closing = asyncio.ensure_future(process.bus.close())
    await process.publish(9)
    await closing
    wire.go_on()


def event_ids(reader: Reader) -> list[UUID]:
    return [recorded.event_id for recorded in reader.seen]
