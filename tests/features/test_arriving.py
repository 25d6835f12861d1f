"""A chunk is read in pieces, which end where time is up though nothing is lost."""

import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import anyio
import anyio.lowlevel

from killrvideo.domain.upload_limits import UploadLimits
from killrvideo.domain.uploads import Checksum
from killrvideo.features.uploads.arriving import Arriving
from killrvideo.features.uploads.pace import Pace
from killrvideo.features.uploads.under_way import Hand, UnderWay
from tests.builders.accounts import an_account
from tests.builders.uploading import Body, at_once
from tests.builders.uploads import an_upload

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


async def test_what_trickles_in_ends_once_it_is_too_slow() -> None:
    async def trickling() -> AsyncIterator[bytes]:
        while True:
            await anyio.lowlevel.checkpoint()
            yield b"x"

    chunk = Arriving(trickling(), Hand(), SUMMED, pace=Pace(least=10**9, window=0.01))
    while await chunk.read(10):
        pass
    assert chunk.was_slow
    await chunk.close()


async def test_a_slow_line_comes_through_where_nobody_needs_its_place() -> None:
    chunk = Arriving(
        at_once([b"x"] * 50), Hand(is_needed=lambda: False), SUMMED, pace=Pace(least=10**9, window=0)
    )
    assert [await chunk.read(10) for _ in range(51)] == [b"x"] * 50 + [b""]
    assert not chunk.was_slow
    await chunk.close()


async def test_silence_ends_it_where_nobody_needs_its_place_too() -> None:
    body, hand = Body(b"hello"), Hand(is_needed=lambda: False)
    chunk = Arriving(body.come(), hand, SUMMED, pace=Pace(window=60, silence=0.01))
    assert [await chunk.read(10), await chunk.read(10)] == [b"hello", b""]
    await chunk.close()


async def test_places_are_needed_once_more_than_half_are_taken() -> None:
    under_way = UnderWay(UploadLimits(largest=1, quota=1, chunks_at_once=4))
    async with AsyncExitStack() as stack:
        hands = [await stack.enter_async_context(under_way.taking(an_upload(an_account()))) for _ in range(2)]
        assert not any(hand.is_needed() for hand in hands)
        async with under_way.taking(an_upload(an_account())) as third:
            assert all(hand.is_needed() for hand in (*hands, third))
        assert not any(hand.is_needed() for hand in hands)


async def test_silence_ends_it_though_much_came_before() -> None:
    chunk = Arriving(Body(b"hello").come(), Hand(), SUMMED, pace=Pace(window=60, silence=0.01))
    assert await chunk.read(10) == b"hello"
    assert await chunk.read(10) == b""
    assert not chunk.was_slow
    await chunk.close()


def test_what_comes_fast_enough_on_average_may_stop_for_a_while() -> None:
    pace = Pace(least=10, window=60, silence=50)
    pace.note(1_000, 1)
    pace.note(0, 49)
    pace.note(1, 15)
    assert not pace.is_lost
    pace.note(649, 65)
    assert pace.is_too_slow


def test_a_window_that_was_fast_does_not_excuse_the_next_one() -> None:
    pace = Pace(least=10, window=60)
    pace.note(100_000, 61)
    assert (pace.is_lost, pace.seconds) == (False, 60)
    for _ in range(6):
        pace.note(1, 10)
    assert pace.is_lost


async def test_a_piece_is_promised_no_more_than_still_comes() -> None:
    chunk = Arriving(at_once([b"hello", b" world"]), Hand(), SUMMED, size=11)
    assert len(await chunk.read(5)) == 5
    assert (chunk.of_piece(5, 100), chunk.of_piece(5, 8)) == (11, 8)
    assert (await chunk.read(10), chunk.of_piece(6, 100)) == (b" world", 6)
    assert arriving(at_once([])).of_piece(0, 100) == 100
    await chunk.close()
