"""A movie fragment (`moof`): how long its samples are, and putting it at its place in the whole film."""

import struct
from dataclasses import dataclass

from killrvideo.adapters.ffmpeg.boxes import FULL_HEADER, BadBox, Box, find

# Flags of `tfhd` and `trun`: which fields there are.
BASE_DATA_OFFSET = 0x1
DESCRIPTION_INDEX = 0x2
DEFAULT_DURATION = 0x8
DEFAULT_SIZE = 0x10
DATA_OFFSET = 0x1
FIRST_FLAGS = 0x4
DURATION = 0x100
SIZE = 0x200
PER_SAMPLE = (DURATION, SIZE, 0x400, 0x800)
"""What each sample has a field for, in this order: duration, size, flags, composition offset."""


@dataclass(frozen=True, slots=True)
class Run:
    """The samples of a fragment."""

    count: int
    ticks: int
    """How long they are together, by the track's clock."""
    first_size: int
    """Bytes of the first sample, which stands first in the data."""


@dataclass(frozen=True, slots=True)
class Defaults:
    duration: int
    size: int


def read_run(moof: bytes | bytearray) -> Run:
    """Of a fragment with one track and one run, as they are asked for. Raises BadBox."""
    traf = find(moof, b"moof", b"traf")
    return _read_samples(moof, find(moof, b"trun", within=traf), _defaults(moof, traf))


def _defaults(moof: bytes | bytearray, traf: Box) -> Defaults:
    at = find(moof, b"tfhd", within=traf).body
    flags = int.from_bytes(moof[at + 1 : at + 4], "big")
    if flags & BASE_DATA_OFFSET:
        raise BadBox("A fragment counts its bytes from the start of a file that it will not stay in.")
    at += FULL_HEADER + 4 + (4 if flags & DESCRIPTION_INDEX else 0)
    duration = size = 0
    if flags & DEFAULT_DURATION:
        (duration,) = struct.unpack_from(">I", moof, at)
        at += 4
    if flags & DEFAULT_SIZE:
        (size,) = struct.unpack_from(">I", moof, at)
    return Defaults(duration, size)


def _read_samples(moof: bytes | bytearray, trun: Box, default: Defaults) -> Run:
    flags_and_count = struct.unpack_from(">II", moof, trun.body)
    flags, count = flags_and_count[0] & 0xFFFFFF, flags_and_count[1]
    start = trun.body + 8 + (4 if flags & DATA_OFFSET else 0) + (4 if flags & FIRST_FLAGS else 0)
    present = [field for field in PER_SAMPLE if flags & field]
    width = len(present)
    if count == 0 or start + 4 * width * count > trun.end:
        raise BadBox("A fragment has no samples, or fewer than it says.")
    numbers = struct.unpack_from(f">{width * count}I", moof, start)
    ticks = default.duration * count
    if DURATION in present:
        ticks = sum(numbers[present.index(DURATION) :: width])
    first_size = numbers[present.index(SIZE)] if SIZE in present else default.size
    return Run(count, ticks, first_size)


def put_at(moof: bytearray, *, sequence: int, time: int) -> None:
    """Gives a fragment its number in the whole film, and its first sample its decode time. Raises BadBox."""
    struct.pack_into(">I", moof, find(moof, b"moof", b"mfhd").body + FULL_HEADER, sequence)
    tfdt = find(moof, b"moof", b"traf", b"tfdt")
    if moof[tfdt.body] != 1:
        raise BadBox("A fragment has no room for a time of 64 bits.")
    struct.pack_into(">Q", moof, tfdt.body + FULL_HEADER, time)
