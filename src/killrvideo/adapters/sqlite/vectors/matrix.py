"""What of each vector is held in memory: its signs, and what a filter asks of its video.

A video's place is its number in the table, so that nothing has to be looked up. Numbers of one kind stand
side by side, as numpy wants them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from killrvideo.adapters.sqlite.vectors.bytes import WORD
from killrvideo.adapters.sqlite.vectors.estimates import Estimates, Numbers, promising
from killrvideo.adapters.sqlite.vectors.tags import TagEntries
from killrvideo.domain.instants import to_millis
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.videos import tag_key

FEW = 100
"""Vectors that are all compared."""
MOST = 1500
"""That are compared, of however many."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a vector and its video."""

    place: int
    row: int
    """The number of the vector in its table; 0 where there is none to be found."""
    signs: bytes = b""
    category: str | None = None
    language: str | None = None
    uploader_id: bytes = b""
    submitted_at: int = 0
    average: float | None = None
    tags: Sequence[str] = ()
    """Their keys."""


class SignMatrix:
    def __init__(self, dimension: int) -> None:
        self._words = -(-dimension // (8 * WORD))
        self._room = 0
        self._signs = np.zeros((self._words, 0), np.uint64)
        self._columns: dict[str, Numbers] = {
            "row": np.zeros(0, np.int64),
            "above": np.zeros(0, np.int16),
            "category": np.zeros(0, np.int32),
            "language": np.zeros(0, np.int32),
            "uploader": np.zeros(0, np.int32),
            "submitted": np.zeros(0, np.int64),
            "average": np.zeros(0, np.float64),
        }
        self._codes: dict[object, int] = {None: 0}
        self._tags = TagEntries()

    def put_all(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self._make_room(entry.place + 1)
            self._put(entry)

    def nearest(self, vector: Numbers, chosen: SearchFilter, wanted: int, most: int = MOST) -> Numbers:
        """Rows of vectors that pass the filter, ``most`` or fewer: those that may be among so many nearest to
        this one as are wanted. It is not all zeros.
        """
        allowed = self._allowed(chosen)
        places = np.flatnonzero(allowed)
        if places.size <= FEW:
            return self._columns["row"][places]
        estimates = Estimates(vector)
        if places.size < self._room // 4:
            near = estimates.of(self._signs[:, places], self._columns["above"][places])
            places = places[promising(near, wanted, estimates.margin, most)]
        else:
            near = estimates.of(self._signs, self._columns["above"])
            near[~allowed] = near.min() - estimates.margin - 1
            places = promising(near, wanted, estimates.margin, min(most, places.size))
        return self._columns["row"][places]

    def _allowed(self, chosen: SearchFilter) -> Numbers:
        columns = self._columns
        allowed: Numbers = columns["row"] > 0
        for name, value in (("category", chosen.category), ("language", chosen.language)):
            if value is not None:
                allowed &= columns[name] == self._codes.get(value, -1)
        if chosen.uploader_id is not None:
            allowed &= columns["uploader"] == self._codes.get(chosen.uploader_id.bytes, -1)
        if chosen.minimum_rating is not None:
            allowed &= columns["average"] >= chosen.minimum_rating  # Not a number is never.
        if chosen.submitted_from is not None:
            allowed &= columns["submitted"] >= to_millis(chosen.submitted_from)
        if chosen.submitted_to is not None:
            allowed &= columns["submitted"] < to_millis(chosen.submitted_to)
        for tag in chosen.tags:
            allowed &= self._tags.having(tag_key(tag), self._room)
        return allowed

    def _put(self, entry: Entry) -> None:
        place, columns = entry.place, self._columns
        columns["row"][place] = entry.row
        if not entry.row:
            return
        self._signs[:, place] = np.frombuffer(entry.signs, "<u8")
        columns["above"][place] = int.from_bytes(entry.signs).bit_count()
        columns["category"][place] = self._code(entry.category)
        columns["language"][place] = self._code(entry.language)
        columns["uploader"][place] = self._code(entry.uploader_id)
        columns["submitted"][place] = entry.submitted_at
        columns["average"][place] = np.nan if entry.average is None else entry.average
        self._tags.put(place, entry.tags)

    def _code(self, value: object) -> int:
        return self._codes.setdefault(value, len(self._codes))

    def _make_room(self, wanted: int) -> None:
        if wanted > self._room:
            more = max(wanted, self._room * 5 // 4) - self._room
            self._signs = np.pad(self._signs, ((0, 0), (0, more)))
            self._columns = {name: np.pad(column, (0, more)) for name, column in self._columns.items()}
            self._tags.make_room(self._room + more)
            self._room += more
