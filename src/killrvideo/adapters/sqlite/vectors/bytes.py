"""Vectors as the bytes that are stored: all of their numbers, and the signs alone."""

import struct
from collections.abc import Sequence

WORD = 8
"""Bytes by which signs are compared."""


def packed(vector: Sequence[float]) -> bytes:
    """Little-endian, in single precision."""
    return struct.pack(f"<{len(vector)}f", *vector)


def unpacked(numbers: bytes) -> tuple[float, ...]:
    return struct.unpack(f"<{len(numbers) // 4}f", numbers)


def signs_of(vector: Sequence[float]) -> bytes:
    """A bit for each number, 1 where it is above 0, the first one lowest; filled up to whole words."""
    bits = "".join("1" if number > 0 else "0" for number in reversed(vector))
    words = -(-len(vector) // (8 * WORD))
    return int(bits or "0", 2).to_bytes(words * WORD, "little")
