"""Near vectors: those that seem near by their signs, compared exactly. To be used in one thread.

The signs are held in memory, a 32nd of the vectors, with what a filter asks. Other processes write too: each
search first reads what has changed since the one before, which is mostly one look at an index.
"""

from collections.abc import Collection, Iterator, Sequence
from heapq import nlargest
from uuid import UUID

import apsw
import numpy as np

from killrvideo.adapters.sqlite.database import Row
from killrvideo.adapters.sqlite.vectors.estimates import Numbers
from killrvideo.adapters.sqlite.vectors.held import TRAITS, HeldModels, cosines_of, entry_of, last_change
from killrvideo.adapters.sqlite.vectors.matrix import MOST, Entry, SignMatrix
from killrvideo.domain.ids import VideoId
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.vectors import Near

COLUMNS = f"e.seq, e.signs, {TRAITS}"
EVERY = f"""
SELECT v.seq, {COLUMNS} FROM vectors AS e INDEXED BY vectors_signs CROSS JOIN videos AS v ON v.id = e.video_id
WHERE e.model = ? AND e.dimension = ? AND v.public
"""  # noqa: S608 - constants
CHANGED = f"""
SELECT c.video, {COLUMNS} FROM video_changes AS c
LEFT JOIN videos AS v ON v.seq = c.video AND v.public
LEFT JOIN vectors AS e ON e.video_id = v.id AND e.model = ? AND e.dimension = ?
WHERE c.change > ?
"""  # noqa: S608 - constants
VECTORS = """
SELECT e.video_id, e.vector FROM carray(?) AS wanted CROSS JOIN vectors AS e ON e.seq = wanted.value
WHERE e.model = ? AND e.dimension = ?
"""


class Held:
    """One model's signs."""

    def __init__(self, model: str, dimension: int) -> None:
        self._key = (model, dimension)
        self._change: int | None = None
        self.matrix = SignMatrix(dimension)

    def follow(self, connection: apsw.Connection) -> None:
        """Reads what has changed since the last time."""
        with connection:  # All of it as it is at one moment.
            change = last_change(connection)
            if change != self._change:
                self.matrix.put_all(self._entries(connection))
                self._change = change

    def _entries(self, connection: apsw.Connection) -> Iterator[Entry]:
        if self._change is None:
            rows = connection.execute(EVERY, self._key)
        else:
            rows = connection.execute(CHANGED, (*self._key, self._change))
        return (Entry(row[0], 0) if row[1] is None else entry_of(row[0], row[1:]) for row in rows)


class NearestVectors:
    def __init__(self) -> None:
        self._held = HeldModels(Held)

    def to(
        self,
        connection: apsw.Connection,
        model: str,
        vector: Sequence[float],
        chosen: SearchFilter,
        limit: int,
        but: Collection[VideoId],
    ) -> Sequence[Near]:
        asked = np.asarray(vector, np.float64)
        if limit < 1 or not asked.any():
            return []
        wanted = limit + len(but)
        held = self._held.following(connection, model, len(vector))
        rows = held.matrix.nearest(asked, chosen, wanted, max(MOST, 2 * wanted))
        found = _compared(connection, rows, model, asked, wanted) if rows.size else ()
        left_out = frozenset(but)
        others = (near for near in found if near.video_id not in left_out)
        return nlargest(limit, others, key=lambda near: (near.similarity, near.video_id.bytes))


def _compared(
    connection: apsw.Connection, rows: Numbers, model: str, asked: Numbers, most: int
) -> Iterator[Near]:
    """The nearest, with their cosines; those of zeros point nowhere, and are left out."""
    found: list[Row] = connection.execute(VECTORS, (apsw.carray(rows), model, asked.size)).fetchall()
    cosines, lengths = cosines_of([vector for _, vector in found], asked)
    for number in np.argsort(np.where(lengths, -cosines, 2), kind="stable")[:most].tolist():
        if lengths[number]:
            yield Near(VideoId(UUID(bytes=found[number][0])), float(cosines[number]))
