"""Embedding vectors in Cassandra: kept as bytes, and searched by an index beside them."""

import asyncio
import struct
from collections.abc import Collection, Sequence
from datetime import datetime

from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import Foundation, planned
from killrvideo.adapters.cassandra.vectors.nearest import NearestVectors, of_length_one
from killrvideo.adapters.cassandra.vectors.tables import VectorTables
from killrvideo.adapters.cassandra.videos.rows import planned_video
from killrvideo.domain.ids import VideoId
from killrvideo.service_interfaces.units import UnitOfWork

GET = "SELECT dimension, vector FROM vectors WHERE video_id = :video_id AND model = :model"
DIMENSION = "SELECT dimension FROM vectors WHERE video_id = :video_id AND model = :model"
MODELS = "SELECT model, dimension FROM vectors WHERE video_id = :video_id"
PUT = """
INSERT INTO vectors (video_id, model, dimension, vector, stored_at)
VALUES (:video_id, :model, :dimension, :vector, :stored_at) USING TIMESTAMP :stamp
"""
FORGET = "DELETE FROM vectors USING TIMESTAMP :stamp WHERE video_id = :video_id"


class CassandraVectorIndex:
    def __init__(self, on: Foundation) -> None:
        self._session = on.session
        self._tables = VectorTables(on.session)
        self._stamps = on.stamps
        self._nearest = NearestVectors(on.session, self._tables)
        on.purging.append(self._drop_of_video)

    async def get(self, video_id: VideoId, model: str) -> Sequence[float] | None:
        row = await self._session.row(GET, {"video_id": video_id, "model": model})
        return None if row is None else struct.unpack(f"<{row['dimension']}f", row["vector"])

    async def nearest(
        self, model: str, vector: Sequence[float], limit: int, *, but: Collection[VideoId] = ()
    ) -> Sequence[tuple[VideoId, float]]:
        """Videos whose vectors point most nearly where this one does, best first, with (1 + cosine) / 2.

        Whether they show is the reader's to find out. Approximate, except for what came in the last minutes.
        """
        return await self._nearest.to(model, vector, limit, but)

    def put(
        self, work: UnitOfWork, video_id: VideoId, model: str, vector: Sequence[float], at: datetime
    ) -> None:
        """Without effect for a video that is not there."""

        async def plan_it(plan: Plan) -> None:
            video, before = await asyncio.gather(
                planned_video(self._session, plan, video_id), self._dimension(plan, video_id, model)
            )
            if video is not None:
                await self._plan_put(plan, video_id, model, vector, at, before)

        planned(work).plan(plan_it)

    async def plan_forget(self, plan: Plan, video_id: VideoId) -> None:
        """Plans to drop every vector of a video; the recent ones expire within minutes."""
        for row in await self._session.rows(MODELS, {"video_id": video_id}):
            await self._leave(plan, video_id, row["model"], row["dimension"])
        plan.write(FORGET, {"video_id": video_id})

    async def _drop_of_video(self, video_id: VideoId) -> None:
        """From every table: one put during the purge may have lost its row here, and still be found."""
        for cql in (*(table.drop for table in await self._tables.every()), FORGET):
            await self._session.write(cql, {"video_id": video_id, "stamp": self._stamps.next()})

    async def _plan_put(
        self,
        plan: Plan,
        video_id: VideoId,
        model: str,
        vector: Sequence[float],
        at: datetime,
        before: int | None,
    ) -> None:
        dimension, packed = len(vector), struct.pack(f"<{len(vector)}f", *vector)
        key = {"video_id": video_id, "model": model}
        plan.write(PUT, {**key, "dimension": dimension, "vector": packed, "stored_at": at})
        plan.known[_known_as(video_id, model)] = dimension
        pointing = of_length_one(vector)
        if before is not None and (before != dimension or pointing is None):
            await self._leave(plan, video_id, model, before)
        if pointing is not None:
            await self._nearest.plan_put(plan, video_id, model, pointing)

    async def _leave(self, plan: Plan, video_id: VideoId, model: str, dimension: int) -> None:
        table = await self._tables.existing(model, dimension)
        if table is not None:
            plan.write(table.drop, {"video_id": video_id})

    async def _dimension(self, plan: Plan, video_id: VideoId, model: str) -> int | None:
        """Of the present vector, as the plan leaves it so far."""
        key = _known_as(video_id, model)
        if key not in plan.known:
            row = await self._session.row(DIMENSION, {"video_id": video_id, "model": model})
            plan.known[key] = None if row is None else row["dimension"]
        dimension = plan.known[key]
        assert dimension is None or isinstance(dimension, int)  # noqa: S101 - nobody else writes it
        return dimension


def _known_as(video_id: VideoId, model: str) -> str:
    return f"dimension of video:{video_id.hex} by {model}"
