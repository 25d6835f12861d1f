"""Reading files of ISO/IEC 14496-12 (MP4), which are boxes in boxes: as much of it as we need."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase

HEADER = 8
FULL_HEADER = 4
"""Version and flags, in boxes that have them."""


class BadBox(ValueError):
    """What the tool wrote is not what it was asked for."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a box stands: its header at `start`, what it holds from `body` on, up to, without, `end`."""

    kind: bytes
    start: int
    body: int
    end: int


def inside(data: bytes | bytearray, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """The boxes between two bytes. Raises BadBox."""
    at, end = start, len(data) if end is None else end
    while at < end:
        if at + HEADER > end:
            raise BadBox("A box ends in its header.")
        size, kind = struct.unpack_from(">I4s", data, at)
        if size < HEADER or at + size > end:
            raise BadBox(f"The box {kind!r} has {size} bytes.")
        yield Box(kind, at, at + HEADER, at + size)
        at += size


def find(data: bytes | bytearray, *path: bytes, within: Box | None = None) -> Box:
    """The first box along a path of kinds. Raises BadBox where there is none."""
    start, end = (0, len(data)) if within is None else (within.body, within.end)
    found = within
    for kind in path:
        found = next((box for box in inside(data, start, end) if box.kind == kind), None)
        if found is None:
            raise BadBox(f"There is no {b'/'.join(path).decode()}.")
        start, end = found.body, found.end
    if found is None:
        raise BadBox("An empty path leads nowhere.")
    return found


def read_box(file: BufferedIOBase) -> tuple[bytes, bytes] | None:
    """The next whole box, with its kind; None at the end of the file. Raises BadBox."""
    header = file.read(HEADER)
    if not header:
        return None
    if len(header) < HEADER:
        raise BadBox("The file ends in the header of a box.")
    size, kind = struct.unpack(">I4s", header)
    body = file.read(max(0, size - HEADER))
    if size < HEADER or len(body) != size - HEADER:
        raise BadBox(f"The file ends in the box {kind!r}.")
    return kind, header + body
