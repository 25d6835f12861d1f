"""Passages that are near to a vector: as near videos are found, by signs in memory and then exactly.

To be used in one thread. Passages come and go with changes of their videos, which are followed one by one.
"""

from collections.abc import Iterable, Sequence
from heapq import nlargest
from itertools import chain

import apsw
import numpy as np

from killrvideo.adapters.sqlite.database import Row
from killrvideo.adapters.sqlite.passages.rows import COLUMNS, passage_of
from killrvideo.adapters.sqlite.vectors.held import TRAITS, HeldModels, cosines_of, entry_of, last_change
from killrvideo.adapters.sqlite.vectors.matrix import Entry, SignMatrix
from killrvideo.domain.passages import PassageHit
from killrvideo.domain.search import SearchFilter

COMPARED = 200
"""Passages that are compared exactly."""

OF_PASSAGE = f"v.seq, p.seq, p.signs, {TRAITS}"
FROM = "FROM passages AS p CROSS JOIN videos AS v ON v.id = p.video_id"
OF_MODEL = "p.model = ? AND length(p.vector) = ? AND v.public"
EVERY = f"SELECT {OF_PASSAGE} {FROM} WHERE {OF_MODEL}"
CHANGED = "SELECT video FROM video_changes WHERE change > ?"
OF_CHANGED = f"""
SELECT {OF_PASSAGE} FROM video_changes AS c CROSS JOIN videos AS v ON v.seq = c.video
CROSS JOIN passages AS p ON p.video_id = v.id WHERE {OF_MODEL} AND c.change > ?
"""  # noqa: S608 - constants
VECTORS = f"""
SELECT {COLUMNS}, p.vector FROM carray(?) AS wanted CROSS JOIN passages AS p ON p.seq = wanted.value
WHERE p.model = ? AND length(p.vector) = ?
"""  # noqa: S608 - constants
NUMBER = 4
"""Bytes."""


class HeldPassages:
    """One model's signs, and in which places of the matrix those of each video stand."""

    def __init__(self, model: str, dimension: int) -> None:
        self._key = (model, dimension * NUMBER)
        self._change: int | None = None
        self._places: dict[int, list[int]] = {}
        self._free: list[int] = []
        self._used = 0
        self.matrix = SignMatrix(dimension)

    def follow(self, connection: apsw.Connection) -> None:
        """Reads what has changed since the last time."""
        with connection:  # All of it as it is at one moment.
            change = last_change(connection)
            if change == self._change:
                return
            if self._change is None:
                rows = connection.execute(EVERY, self._key).fetchall()
            else:
                self._clear(video for (video,) in connection.execute(CHANGED, (self._change,)))
                rows = connection.execute(OF_CHANGED, (*self._key, self._change)).fetchall()
            self.matrix.put_all(self._entry(row) for row in rows)
            self._change = change

    def _clear(self, videos: Iterable[int]) -> None:
        gone = list(chain.from_iterable(self._places.pop(video, ()) for video in videos))
        self.matrix.put_all(Entry(place, 0) for place in gone)
        self._free += gone

    def _entry(self, row: Row) -> Entry:
        video = row[0]
        place = self._free.pop() if self._free else self._used
        self._used = max(self._used, place + 1)
        self._places.setdefault(video, []).append(place)
        return entry_of(place, row[1:])


class NearestPassages:
    def __init__(self) -> None:
        self._held = HeldModels(HeldPassages)

    def to(
        self,
        connection: apsw.Connection,
        model: str,
        vector: Sequence[float],
        chosen: SearchFilter,
        limit: int,
    ) -> list[PassageHit]:
        asked = np.asarray(vector, np.float64)
        if limit < 1 or not asked.any():
            return []
        held = self._held.following(connection, model, asked.size)
        rows = held.matrix.nearest(asked, chosen, limit, max(COMPARED, limit))
        if not rows.size:
            return []
        found: list[Row] = connection.execute(
            VECTORS, (apsw.carray(rows), model, asked.size * NUMBER)
        ).fetchall()
        cosines, _ = cosines_of([row[-1] for row in found], asked)
        hits = [
            PassageHit(passage_of(row), score) for row, score in zip(found, cosines.tolist(), strict=True)
        ]
        return nlargest(limit, hits, key=lambda hit: (hit.score, hit.passage.video_id, -hit.passage.number))
