"""Which videos have which tags, as numbers side by side: entries of one video are neighbours."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Numbers: TypeAlias = npt.NDArray[Any]

GONE = -1
"""In place of the code of a tag that a video has no more."""


class TagEntries:
    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._first = np.zeros(0, np.int64)
        """Of each place, where its entries begin."""
        self._count = np.zeros(0, np.int32)
        self._tag = np.zeros(0, np.int32)
        self._place = np.zeros(0, np.int32)
        self._used = 0

    def make_room(self, places: int) -> None:
        self._first = np.pad(self._first, (0, places - self._first.size))
        self._count = np.pad(self._count, (0, places - self._count.size))

    def put(self, place: int, tags: Sequence[str]) -> None:
        """Replaces what was known of the place."""
        codes = [self._codes.setdefault(tag, len(self._codes)) for tag in tags]
        before = slice(int(self._first[place]), int(self._first[place]) + int(self._count[place]))
        if self._tag[before].tolist() == codes:
            return
        self._tag[before] = GONE
        self._append(place, codes)

    def having(self, tag: str, places: int) -> npt.NDArray[np.bool_]:
        """For each place, whether it has the tag."""
        found = np.zeros(places, np.bool_)
        code = self._codes.get(tag)
        if code is not None:
            found[self._place[: self._used][self._tag[: self._used] == code]] = True
        return found

    def _append(self, place: int, codes: Sequence[int]) -> None:
        behind = self._used + len(codes)
        if behind > self._tag.size:
            more = max(1024, behind * 5 // 4) - self._tag.size
            self._tag = np.pad(self._tag, (0, more))
            self._place = np.pad(self._place, (0, more))
        self._tag[self._used : behind] = codes
        self._place[self._used : behind] = place
        self._first[place], self._count[place] = self._used, len(codes)
        self._used = behind
