"""How near vectors are to one that is asked for, estimated from their signs.

The one that is asked for keeps four bits of each number, and the estimate is the sum of its numbers where
the other's are above 0: that errs half as much as comparing signs with signs. What is summed up are the bits
that two words share, for each of the four.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from killrvideo.adapters.sqlite.vectors.bytes import WORD

Numbers: TypeAlias = npt.NDArray[Any]

BITS = 4
LARGEST = 2**BITS - 1
MARGIN = 3.5 * 0.755 * 0.798 / 2
"""Of a vector that is spread like noise, the signs alone have a cosine of 0.798 with it, and leave the cosine
with another one uncertain by 0.755 over the root of the dimension; 3.5 times that is seldom exceeded.
"""
BLOCK = 16_384
"""Vectors whose signs are compared at a time: they stay in the processor's cache."""


class Estimates:
    """For one vector; it is not all zeros."""

    def __init__(self, vector: Numbers) -> None:
        scaled = vector / np.abs(vector).max()
        lowest = scaled.min()
        step = (scaled.max() - lowest) / LARGEST or 1.0
        levels = np.rint((scaled - lowest) / step).astype(np.uint8)
        self._planes = [_words((levels >> bit) & 1) for bit in range(BITS)]
        self._by_count = np.rint(lowest / step * np.arange(vector.size + 1)).astype(np.int32)
        """What the lowest number, in steps, adds for each number above 0."""
        self.margin = round(MARGIN * float(np.linalg.norm(scaled)) / step)
        """By so many steps an estimate is hardly ever wrong."""

    def of(self, signs: Numbers, counts: Numbers) -> Numbers:
        """For each of the vectors whose words stand one below the other, and of whose numbers so many are
        above 0; in steps.
        """
        return np.concatenate([*self._of_blocks(signs, counts)])

    def _of_blocks(self, signs: Numbers, counts: Numbers) -> Iterator[Numbers]:
        for start in range(0, counts.size, BLOCK):
            block = slice(start, start + BLOCK)
            yield self._of_block(signs[:, block]) + self._by_count[counts[block]]

    def _of_block(self, signs: Numbers) -> Numbers:
        summed = np.zeros(signs.shape[1], np.int32)
        for bit, plane in enumerate(self._planes):
            shared = np.zeros(signs.shape[1], np.uint16)
            for word, asked in zip(signs, plane, strict=True):
                shared += np.bitwise_count(word & asked)
            summed += shared.astype(np.int32) << bit
        return summed


def promising(estimates: Numbers, wanted: int, margin: int, most: int) -> Numbers:
    """Where those are that can be among so many of the largest, if no estimate is wrong by more than the
    margin; the largest ``most`` of them.
    """
    falling = estimates.max() - estimates
    within = np.cumsum(np.bincount(falling))
    worst = min(int(np.searchsorted(within, wanted)) + margin, within.size - 1)
    count = min(int(within[worst]), most)
    last = np.searchsorted(within, count)
    nearer = np.flatnonzero(falling < last)
    return np.concatenate((nearer, np.flatnonzero(falling == last)[: count - nearer.size]))


def _words(bits: Numbers) -> Numbers:
    packed = np.packbits(bits, bitorder="little")
    return np.pad(packed, (0, -packed.size % WORD)).view("<u8")
