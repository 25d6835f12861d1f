"""Reading what an encoder wrote, and not trusting it."""

import struct
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from killrvideo.adapters.ffmpeg.boxes import BadBox, find, inside, read_box
from killrvideo.adapters.ffmpeg.fragments import put_at, read_run


def box(kind: bytes, *inner: bytes) -> bytes:
    body = b"".join(inner)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full(kind: bytes, version: int, flags: int, *numbers: int) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), *(struct.pack(">I", one) for one in numbers))


def fragment(trun: bytes, tfhd: bytes = full(b"tfhd", 0, 0x020018, 1, 1001, 700)) -> bytearray:
    tfdt = full(b"tfdt", 1, 0, 0, 0)
    return bytearray(box(b"moof", full(b"mfhd", 0, 0, 1), box(b"traf", tfhd, tfdt, trun)))


@pytest.mark.parametrize(
    ("trun", "samples"),
    [
        (full(b"trun", 0, 0x1, 4, 100), (4, 4 * 1001, 700)),
        (full(b"trun", 0, 0x201, 2, 100, 90, 80), (2, 2 * 1001, 90)),
        (full(b"trun", 0, 0xA05, 2, 100, 0x02000000, 90, 5, 80, 6), (2, 2 * 1001, 90)),
        (full(b"trun", 0, 0xF01, 2, 100, 1000, 90, 0, 5, 1002, 80, 0, 6), (2, 2002, 90)),
    ],
)
def test_a_run_tells_how_long_it_is(trun: bytes, samples: tuple[int, int, int]) -> None:
    run = read_run(fragment(trun))

    assert (run.count, run.ticks, run.first_size) == samples


@pytest.mark.parametrize(
    ("moof", "why"),
    [
        (fragment(full(b"trun", 0, 0x201, 9, 100, 90)), "fewer than it says"),
        (fragment(full(b"trun", 0, 0x1, 0, 100)), "no samples"),
        (fragment(full(b"trun", 0, 0, 1), full(b"tfhd", 0, 0x1, 1, 0, 0)), "start of a file"),
        (bytearray(box(b"moof", box(b"traf"))), "no trun"),
        (bytearray(box(b"moof")), "no moof/traf"),
    ],
)
def test_a_fragment_that_was_not_asked_for_is_refused(moof: bytearray, why: str) -> None:
    with pytest.raises(BadBox, match=why):
        read_run(moof)


def test_a_fragment_is_put_at_its_place() -> None:
    moof = fragment(full(b"trun", 0, 0x1, 4, 100))

    put_at(moof, sequence=77, time=2**40 + 5)

    assert struct.unpack_from(">I", moof, find(moof, b"moof", b"mfhd").body + 4) == (77,)
    assert struct.unpack_from(">Q", moof, find(moof, b"moof", b"traf", b"tfdt").body + 4) == (2**40 + 5,)


@given(st.binary(max_size=200))
def test_bytes_are_boxes_or_are_refused(data: bytes) -> None:
    try:
        boxes = list(inside(data))
    except BadBox:
        return

    assert sum(one.end - one.start for one in boxes) == len(data)


@given(st.binary(max_size=100))
def test_a_file_is_boxes_or_is_refused(data: bytes) -> None:
    stream, read = BytesIO(data), 0
    try:
        while (found := read_box(stream)) is not None:
            read += len(found[1])
    except BadBox:
        return

    assert read == len(data)
