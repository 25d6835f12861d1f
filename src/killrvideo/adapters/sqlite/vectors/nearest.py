"""Near vectors: those that seem near by their signs, compared exactly. To be used in one thread.

The signs are held in memory, a 32nd of the vectors, with what a filter asks. Other processes write too: each
search first reads what has changed since the one before, which is mostly one look at an index.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from heapq import nlargest
from uuid import UUID

import apsw
import numpy as np
import orjson

from killrvideo.adapters.sqlite.database import Row
from killrvideo.adapters.sqlite.vectors.estimates import Numbers
from killrvideo.adapters.sqlite.vectors.matrix import MOST, Entry, SignMatrix
from killrvideo.domain.ids import VideoId
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.vectors import Near
from killrvideo.domain.videos import Totals

HELD = 2
"""Models that are held in memory: the one that is served, and one that is to follow it."""

LAST_CHANGE = "SELECT max(change) FROM video_changes"
COLUMNS = """
e.seq, e.signs, v.category, v.language, v.uploader_id, v.submitted_at, v.ratings, v.stars, v.tags
"""
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
            last = connection.execute(LAST_CHANGE).fetchone()
            change = (last and last[0]) or 0
            if change != self._change:
                self.matrix.put_all(self._entries(connection))
                self._change = change

    def _entries(self, connection: apsw.Connection) -> Iterator[Entry]:
        if self._change is None:
            rows = connection.execute(EVERY, self._key)
        else:
            rows = connection.execute(CHANGED, (*self._key, self._change))
        return (_entry(row) for row in rows)


class NearestVectors:
    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, int], Held] = OrderedDict()

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
        held = self._following(connection, model, len(vector))
        rows = held.matrix.nearest(asked, chosen, wanted, max(MOST, 2 * wanted))
        found = _compared(connection, rows, model, asked, wanted) if rows.size else ()
        left_out = frozenset(but)
        others = (near for near in found if near.video_id not in left_out)
        return nlargest(limit, others, key=lambda near: (near.similarity, near.video_id.bytes))

    def _following(self, connection: apsw.Connection, model: str, dimension: int) -> Held:
        key = (model, dimension)
        held = self._held.pop(key, None) or Held(model, dimension)
        held.follow(connection)
        self._held[key] = held
        if len(self._held) > HELD:
            self._held.popitem(last=False)
        return held


def _entry(row: Row) -> Entry:
    place, number, signs, category, language, uploader_id, submitted_at, ratings, stars, tags = row
    if number is None:
        return Entry(place, 0)
    return Entry(
        place=place,
        row=number,
        signs=signs,
        category=category,
        language=language,
        uploader_id=uploader_id,
        submitted_at=submitted_at,
        average=Totals(0, ratings, stars).average,
        tags=tuple(orjson.loads(tags)),
    )


def _compared(
    connection: apsw.Connection, rows: Numbers, model: str, asked: Numbers, most: int
) -> Iterator[Near]:
    """The nearest, with their cosines; those of zeros point nowhere, and are left out."""
    found: list[Row] = connection.execute(VECTORS, (apsw.carray(rows), model, asked.size)).fetchall()
    numbers = np.frombuffer(b"".join(vector for _, vector in found), "<f4").astype(np.float64)
    vectors = numbers.reshape(len(found), asked.size)
    # Without BLAS, whose threads would wait for each other longer than so few numbers take.
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors) * np.einsum("i,i", asked, asked))
    cosines = np.clip(np.einsum("ij,j->i", vectors, asked) / np.where(lengths, lengths, 1), -1, 1)
    for number in np.argsort(np.where(lengths, -cosines, 2), kind="stable")[:most].tolist():
        if lengths[number]:
            yield Near(VideoId(UUID(bytes=found[number][0])), float(cosines[number]))
