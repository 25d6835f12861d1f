"""Near vectors: an approximate search of everything, and an exact one of what came in the last minutes.

The search asks one replica, at the only consistency that it has, and that one may have missed the latest
writes. Those are read from a quorum beside it, and count for more: so an edit shows at once.
"""

import asyncio
import math
import struct
import time
from collections.abc import Collection, Sequence
from heapq import nlargest
from operator import mul

from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.vectors.tables import VectorTables
from killrvideo.domain.ids import VideoId

MOST = 1000
"""That one search finds."""
SPARE = 16
"""Found beyond what is wanted: recent vectors can push some of them out."""
MINUTES = 3
"""The present one included."""
OF_A_MINUTE = 100
"""The newest that are compared."""
MICROS_A_MINUTE = 60_000_000

RECENT = """
INSERT INTO recent_vectors (model, minute, stamp, video_id, vector)
VALUES (:model, :minute, :stamp, :video_id, :vector) USING TIMESTAMP :stamp
"""
LIST = f"""
SELECT video_id, vector FROM recent_vectors WHERE model = :model AND minute = :minute LIMIT {OF_A_MINUTE}
"""  # noqa: S608 - constants

Scores = dict[VideoId, float]


class NearestVectors:
    def __init__(self, session: CassandraSession, tables: VectorTables) -> None:
        self._session = session
        self._tables = tables

    async def to(
        self, model: str, vector: Sequence[float], limit: int, but: Collection[VideoId]
    ) -> list[tuple[VideoId, float]]:
        """See `CassandraVectorIndex.nearest`; one round trip."""
        pointing = of_length_one(vector)
        if pointing is None or limit < 1:
            return []
        count = min(limit + len(but) + SPARE, MOST)
        found, recent = await asyncio.gather(
            self._indexed(model, pointing, count), self._recent(model, pointing)
        )
        scores = found | recent
        wanted = scores.keys() - set(but)
        best = nlargest(limit, wanted, key=lambda video_id: (scores[video_id], video_id.bytes))
        return [(video_id, scores[video_id]) for video_id in best]

    async def plan_put(self, plan: Plan, video_id: VideoId, model: str, pointing: Sequence[float]) -> None:
        """Plans to let a vector of length one be found."""
        packed = struct.pack(f"<{len(pointing)}f", *pointing)
        plan.write(RECENT, {"model": model, "minute": minute_of, "video_id": video_id, "vector": packed})
        table = await self._tables.made(model, len(pointing))
        if table is not None:
            plan.write(table.put, {"video_id": video_id, "vector": list(pointing)})

    async def _indexed(self, model: str, pointing: Sequence[float], count: int) -> Scores:
        table = await self._tables.existing(model, len(pointing))
        if table is None:
            return {}
        rows = await self._session.nearest(table.nearest, {"vector": list(pointing), "count": count})
        return {row["video_id"]: row["score"] for row in rows}

    async def _recent(self, model: str, pointing: Sequence[float]) -> Scores:
        present = minute_of(time.time_ns() // 1000)
        # The oldest first: of two vectors of one video the later one counts.
        minutes = range(present - MINUTES + 1, present + 1)
        found = await asyncio.gather(
            *(self._session.rows(LIST, {"model": model, "minute": minute}) for minute in minutes)
        )
        packed: dict[VideoId, bytes] = {
            row["video_id"]: row["vector"] for rows in found for row in reversed(rows)
        }
        comparable = {of: other for of, other in packed.items() if len(other) == 4 * len(pointing)}
        return {video_id: _score(pointing, other) for video_id, other in comparable.items()}


def of_length_one(vector: Sequence[float]) -> tuple[float, ...] | None:
    """Where it points, whatever its length; None for zeros, which point nowhere."""
    largest = max(map(abs, vector), default=0.0)
    if largest == 0.0:
        return None
    # Squares of the largest and smallest floats leave their range.
    scaled = [number / largest for number in vector]
    length = math.hypot(*scaled)
    return tuple(number / length for number in scaled)


def minute_of(stamp: int) -> int:
    """Since 1970."""
    return stamp // MICROS_A_MINUTE


def _score(pointing: Sequence[float], packed: bytes) -> float:
    """(1 + cosine) / 2, as the index has it."""
    other: tuple[float, ...] = struct.unpack(f"<{len(pointing)}f", packed)
    cosine: float = sum(map(mul, pointing, other))
    return (1 + cosine) / 2
