"""Models of what goes together in SQLite: a card each, and lists of neighbours as rows."""

from collections.abc import Collection, Sequence
from itertools import islice
from uuid import UUID

import apsw
import orjson

from killrvideo.adapters.sqlite import pieces
from killrvideo.adapters.sqlite.database import Binding, Database, Row
from killrvideo.adapters.sqlite.units import statements
from killrvideo.domain.errors import StaleVersion
from killrvideo.domain.ids import VideoId
from killrvideo.domain.instants import from_millis, to_millis
from killrvideo.domain.learning import DataSize, ModelCard, Quality
from killrvideo.domain.neighbours import Neighbours
from killrvideo.service_interfaces.learning import NeighbourLists
from killrvideo.service_interfaces.units import UnitOfWork

LISTS_AT_ONCE = 200
"""Rows of a piece, so that nobody else's write waits for all of them."""

RECENT = """
SELECT number, algorithm, trained_at, people, videos, interactions, held_out, ndcg, recall, hit_rate, judges,
  served, judged
FROM learned_models ORDER BY number DESC LIMIT ?
"""
ADD = """
INSERT INTO learned_models SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13
WHERE ?1 = (SELECT coalesce(max(number), 0) + 1 FROM learned_models)
"""
NEIGHBOURS = """
SELECT n.video_id, n.ids, n.weights
FROM json_each(?2) AS asked CROSS JOIN video_neighbours AS n
  ON n.lists = ?1 AND n.video_id = unhex(asked.value)
"""
KEEP = """
INSERT INTO video_neighbours (lists, video_id, ids, weights) VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET ids = excluded.ids, weights = excluded.weights
"""
# From each to the next by the index: there are a few sets of lists, and many rows of each.
KEPT = """
WITH RECURSIVE kept AS (
  SELECT min(lists) AS lists FROM video_neighbours
  UNION ALL
  SELECT (SELECT min(lists) FROM video_neighbours WHERE lists > kept.lists) FROM kept
  WHERE kept.lists IS NOT NULL
)
SELECT lists FROM kept WHERE lists IS NOT NULL
"""
DROP = """
DELETE FROM video_neighbours WHERE (lists, video_id) IN (
  SELECT lists, video_id FROM video_neighbours WHERE lists = ? LIMIT ?
)
"""


class SqliteLearnedModels:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def active(self) -> ModelCard | None:
        return next(iter(await self.recent(1)), None)

    async def recent(self, limit: int) -> Sequence[ModelCard]:
        return [card_of(row) for row in self._database.rows(RECENT, (limit,))]

    async def neighbours(self, lists: UUID, videos: Collection[VideoId]) -> NeighbourLists:
        asked = orjson.dumps([video_id.hex for video_id in videos]).decode()
        rows = self._database.rows(NEIGHBOURS, (lists.bytes, asked))
        return {VideoId(UUID(bytes=video_id)): Neighbours(ids, weights) for video_id, ids, weights in rows}

    async def keep(self, lists: UUID, neighbours: NeighbourLists) -> None:
        rows = ((lists.bytes, video.bytes, one.ids, one.weights) for video, one in neighbours.items())
        while some := list(islice(rows, LISTS_AT_ONCE)):
            await self._keep(some)

    def activate(self, work: UnitOfWork, card: ModelCard) -> None:
        statements(work).run(ADD, _row_of(card), unless_changed=StaleVersion)

    async def kept(self) -> Collection[UUID]:
        return [UUID(bytes=lists) for [lists] in await self._database.scan(KEPT)]

    async def drop(self, lists: UUID) -> None:
        await pieces.drop(self._database, DROP, (lists.bytes,), name="learning.drop")

    async def _keep(self, rows: Sequence[Sequence[Binding]]) -> None:
        def change(connection: apsw.Connection) -> None:
            connection.executemany(KEEP, rows)

        await self._database.write(change, name="learning.keep")


def card_of(row: Row) -> ModelCard:
    return ModelCard(
        number=row[0],
        algorithm=row[1],
        trained_at=from_millis(row[2]),
        size=DataSize(*row[3:7]),
        quality=Quality(*row[7:11]),
        served=UUID(bytes=row[11]),
        judged=UUID(bytes=row[12]),
    )


def _row_of(card: ModelCard) -> tuple[Binding, ...]:
    size, quality = card.size, card.quality
    return (
        card.number,
        card.algorithm,
        to_millis(card.trained_at),
        *(size.people, size.videos, size.interactions, size.held_out),
        *(quality.ndcg, quality.recall, quality.hit_rate, quality.people),
        card.served.bytes,
        card.judged.bytes,
    )
