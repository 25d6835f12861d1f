"""A chunk is read in pieces, which end where time is up though nothing is lost."""

import hashlib
import time
from collections.abc import AsyncIterator

import anyio

from killrvideo.domain.uploads import Checksum
from killrvideo.features.uploads.arriving import Arriving
from killrvideo.features.uploads.under_way import Hand
from tests.builders.uploading import Body, at_once

SUMMED = Checksum("sha1", b"")


def arriving(body: AsyncIterator[bytes], hand: Hand | None = None) -> Arriving:
    return Arriving(body, hand or Hand(), SUMMED)


async def test_bytes_come_in_order_and_are_summed_up() -> None:
    chunk = arriving(at_once([b"hello", b"", b" ", b"world"]))
    read = [await chunk.read(3), await chunk.read(3), await chunk.read(10), await chunk.read(10)]
    assert read == [b"hel", b"lo", b" ", b"world"]
    assert await chunk.read(10) == b""
    assert chunk.digest() == hashlib.sha1(b"hello world", usedforsecurity=False).digest()
    await chunk.close()


async def test_where_time_is_up_nothing_comes_and_nothing_is_lost() -> None:
    gate = anyio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b"hello"
        await gate.wait()
        yield b" world"

    chunk = arriving(body())
    assert await chunk.read(10) == b"hello"
    assert await chunk.read(10, until=time.monotonic()) == b""
    gate.set()
    assert await chunk.read(10) == b" world"
    assert await chunk.read(10) == b""
    assert not chunk.was_taken
    await chunk.close()


async def test_a_later_request_ends_it_though_more_may_come() -> None:
    hand, body = Hand(), Body(b"hello")
    chunk = arriving(body.come(), hand)
    assert await chunk.read(10) == b"hello"
    hand.stop.set_result(None)
    assert await chunk.read(10) == b""
    assert chunk.was_taken
    body.ends.set()
    assert await chunk.read(10) == b""
    await chunk.close()
