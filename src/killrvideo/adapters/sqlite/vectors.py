"""Embedding vectors in SQLite: 32-bit floats, little-endian, one blob a video and model."""

import struct
from collections.abc import Sequence
from datetime import datetime

from killrvideo.adapters.sqlite.database import Database
from killrvideo.adapters.sqlite.units import statements
from killrvideo.domain.ids import VideoId
from killrvideo.domain.instants import to_millis
from killrvideo.service_interfaces.units import UnitOfWork

GET = "SELECT dimension, vector FROM vectors WHERE video_id = ? AND model = ?"
PUT = """
INSERT INTO vectors (video_id, model, dimension, vector, stored_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET
  dimension = excluded.dimension, vector = excluded.vector, stored_at = excluded.stored_at
"""


def unpacked(dimension: int, packed: bytes) -> tuple[float, ...]:
    return struct.unpack(f"<{dimension}f", packed)


class SqliteVectorIndex:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, video_id: VideoId, model: str) -> Sequence[float] | None:
        row = self._database.row(GET, (video_id.bytes, model))
        return None if row is None else unpacked(row[0], row[1])

    def put(
        self, work: UnitOfWork, video_id: VideoId, model: str, vector: Sequence[float], at: datetime
    ) -> None:
        packed = struct.pack(f"<{len(vector)}f", *vector)
        statements(work).run(PUT, (video_id.bytes, model, len(vector), packed, to_millis(at)))
