"""Embedding vectors in SQLite: 32-bit floats, little-endian, one blob a video and model."""

import importlib
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol, cast
from uuid import UUID

import apsw
import orjson

from killrvideo.adapters.sqlite.database import Database
from killrvideo.adapters.sqlite.outdated import OutdatedVideos
from killrvideo.adapters.sqlite.units import statements
from killrvideo.adapters.sqlite.vectors.bytes import packed, signs_of, unpacked
from killrvideo.adapters.sqlite.vectors.thread import SearchThread
from killrvideo.domain.ids import VideoId
from killrvideo.domain.instants import to_millis
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.vectors import Near, Outdated
from killrvideo.service_interfaces.units import UnitOfWork

GET = "SELECT vector FROM vectors WHERE video_id = ? AND model = ?"
GET_MANY = """
SELECT e.video_id, e.vector FROM json_each(?) AS wanted
CROSS JOIN vectors AS e ON e.video_id = unhex(wanted.value) AND e.model = ?
"""
TEXT_DIGEST = "SELECT text_digest FROM vectors WHERE video_id = ? AND model = ?"
# A vector of an older text does not replace one of the present text. NULL instead of a digest stands for the
# present text, and is what a video that is gone has: the foreign key says so.
PUT = """
INSERT INTO vectors (video_id, model, dimension, text_digest, stored_at, signs, vector)
VALUES (?1, ?2, ?3, coalesce(?4, (SELECT text_digest FROM videos WHERE id = ?1), ''), ?5, ?6, ?7)
ON CONFLICT (video_id, model) DO UPDATE SET
  dimension = excluded.dimension, text_digest = excluded.text_digest, stored_at = excluded.stored_at,
  signs = excluded.signs, vector = excluded.vector
WHERE vectors.text_digest <> (SELECT text_digest FROM videos WHERE id = ?1)
  OR excluded.text_digest = (SELECT text_digest FROM videos WHERE id = ?1)
"""
OUTDATED = """
v.public AND NOT EXISTS (
  SELECT 1 FROM vectors AS e INDEXED BY vectors_signs
  WHERE e.model = ?1 AND e.video_id = v.id AND e.text_digest = v.text_digest)
"""
SERVED = "SELECT model FROM served_model"
SERVE = """
INSERT INTO served_model (only, model) VALUES (1, ?) ON CONFLICT DO UPDATE SET model = excluded.model
"""
NEAREST = "killrvideo.adapters.sqlite.vectors.nearest"
"""Loads numpy, which takes a while: not when the server starts, but in the thread that searches first."""


class NearestVectors(Protocol):
    """What of that module is used."""

    def to(
        self,
        connection: apsw.Connection,
        model: str,
        vector: Sequence[float],
        chosen: SearchFilter,
        limit: int,
        but: Collection[VideoId],
    ) -> Sequence[Near]: ...


class SqliteVectorIndex:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = SearchThread(database)
        self._outdated = OutdatedVideos(database, OUTDATED)
        self._nearest: NearestVectors | None = None

    async def close(self) -> None:
        """To be called before the database is closed. May be called twice."""
        await self._thread.close()

    async def get(self, video_id: VideoId, model: str) -> Sequence[float] | None:
        row = self._database.row(GET, (video_id.bytes, model))
        return None if row is None else unpacked(row[0])

    async def get_many(self, video_ids: Sequence[VideoId], model: str) -> Mapping[VideoId, Sequence[float]]:
        wanted = orjson.dumps([video_id.hex for video_id in video_ids]).decode()
        rows = await self._database.scan(GET_MANY, (wanted, model))
        return {VideoId(UUID(bytes=row[0])): unpacked(row[1]) for row in rows}

    async def text_digest(self, video_id: VideoId, model: str) -> str | None:
        row = self._database.row(TEXT_DIGEST, (video_id.bytes, model))
        return None if row is None else row[0]

    async def nearest(
        self,
        model: str,
        vector: Sequence[float],
        chosen: SearchFilter,
        limit: int,
        *,
        but: Collection[VideoId] = (),
    ) -> Sequence[Near]:
        """Exact, but for what seems far off by its signs: of ten nearest, one in a hundred at the worst."""

        def search(connection: apsw.Connection) -> Sequence[Near]:
            if self._nearest is None:
                make = cast(Callable[[], NearestVectors], importlib.import_module(NEAREST).NearestVectors)
                self._nearest = make()
            return self._nearest.to(connection, model, vector, chosen, limit, but)

        return await self._thread.run(search)

    async def outdated(self, model: str, limit: int, after: str | None = None) -> Outdated:
        return await self._outdated.of(model, limit, after)

    async def served(self) -> str | None:
        row = self._database.row(SERVED)
        return None if row is None else row[0]

    def put(
        self,
        work: UnitOfWork,
        video_id: VideoId,
        model: str,
        vector: Sequence[float],
        at: datetime,
        *,
        text_digest: str | None,
    ) -> None:
        values = (text_digest, to_millis(at), signs_of(vector), packed(vector))
        statements(work).run(PUT, (video_id.bytes, model, len(vector), *values))

    def serve(self, work: UnitOfWork, model: str) -> None:
        statements(work).run(SERVE, (model,))
