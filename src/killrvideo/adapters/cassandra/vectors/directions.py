"""Vectors as the index wants them: where they point, with length one."""

import math
import struct
from collections.abc import Sequence
from operator import mul


def packed(vector: Sequence[float]) -> bytes:
    """Little-endian, in single precision."""
    return struct.pack(f"<{len(vector)}f", *vector)


def unpacked(numbers: bytes) -> tuple[float, ...]:
    return struct.unpack(f"<{len(numbers) // 4}f", numbers)


def of_length_one(vector: Sequence[float]) -> tuple[float, ...] | None:
    """Where it points, whatever its length; None for zeros, which point nowhere."""
    largest = max(map(abs, vector), default=0.0)
    if largest == 0.0:
        return None
    # Squares of the largest and smallest floats leave their range.
    scaled = [number / largest for number in vector]
    length = math.hypot(*scaled)
    return tuple(number / length for number in scaled)


def cosine_of(pointing: Sequence[float], other: bytes) -> float:
    """Of two of length one, the second as bytes."""
    cosine: float = sum(map(mul, pointing, unpacked(other)))
    return min(max(cosine, -1.0), 1.0)
