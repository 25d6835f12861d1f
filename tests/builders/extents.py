"""What of a file is on the disk, as the file system tells it."""

import fcntl
import os
import struct
from pathlib import Path

FS_IOC_FIEMAP = 0xC020660B
HEADER = struct.Struct("=QQLLLL")
EXTENT = struct.Struct("=QQQQQLLLL")
EXTENTS = 64
NOT_THERE_YET = 0x4
"""FIEMAP_EXTENT_DELALLOC: in memory only, without a place on the disk."""


def waits_in_memory(path: Path) -> bool:
    """Whether some of the file has no place on the disk yet. Raises OSError where that is not told."""
    asked = bytearray(HEADER.pack(0, 2**64 - 1, 0, 0, EXTENTS, 0) + bytes(EXTENTS * EXTENT.size))
    with path.open("rb") as file:
        fcntl.ioctl(file.fileno(), FS_IOC_FIEMAP, asked)
    count = HEADER.unpack_from(asked)[3]
    if not count and os.stat(path).st_size:
        raise OSError("It is told of no part of the file.")
    found = (EXTENT.unpack_from(asked, HEADER.size + number * EXTENT.size) for number in range(count))
    return any(extent[5] & NOT_THERE_YET for extent in found)
