"""Which videos the tables that are searched hold: the public ones, with what filters ask of them now.

They follow the truth, which is a vector's own row and its video's. Whoever changes the video passes its
guard, so that one change comes after another. Whoever only brings a vector does not: hence that is looked at
again when it is written, and put right if the video has changed meanwhile.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.vectors import recent
from killrvideo.adapters.cassandra.vectors.directions import of_length_one, packed, unpacked
from killrvideo.adapters.cassandra.vectors.tables import VectorTable, VectorTables
from killrvideo.adapters.cassandra.vectors.traits import traits_of
from killrvideo.domain.ids import VideoId
from killrvideo.domain.videos import Video

MODELS = "SELECT model, dimension FROM vectors WHERE video_id = :video_id"
OF_VIDEO = "SELECT model, dimension, text_digest, vector FROM vectors WHERE video_id = :video_id"


@dataclass(frozen=True, slots=True)
class Kept:
    """A vector of a video."""

    numbers: bytes
    text_digest: str | None

    @property
    def dimension(self) -> int:
        return len(self.numbers) // 4


class FindableVectors:
    def __init__(self, session: CassandraSession, tables: VectorTables[VectorTable]) -> None:
        self._session = session
        self._tables = tables

    async def kept(self, plan: Plan, video_id: VideoId) -> Mapping[str, Kept]:
        """The vectors of the video by model, as the plan leaves them so far."""
        key = known_as(video_id)
        if key not in plan.known:
            rows = await self._session.rows(OF_VIDEO, {"video_id": video_id})
            plan.known[key] = {row["model"]: _kept(row) for row in rows}
        kept = plan.known[key]
        assert isinstance(kept, dict)  # noqa: S101 - whoever plans it, says it right
        return kept

    async def follow(self, plan: Plan, before: Video, after: Video) -> None:
        """Plans what changes with the video."""
        if before.is_public == after.is_public and traits_of(before) == traits_of(after):
            return
        if before.is_public or after.is_public:
            await self.show_all(plan, after)

    async def show_all(self, plan: Plan, video: Video) -> None:
        """Plans that all vectors of the video are found if it is public, and none if not."""
        for model, kept in (await self.kept(plan, video.id)).items():
            await self.show(plan, video, model, kept)

    async def show(self, plan: Plan, video: Video, model: str, kept: Kept) -> None:
        pointing = of_length_one(unpacked(kept.numbers)) if video.is_public else None
        if pointing is None:
            await self.hide(plan, video.id, model, kept.dimension)
            return
        traits = traits_of(video)
        recent.plan_found(plan, video.id, model, recent.Found(packed(pointing), traits))
        table = await self._tables.made(model, kept.dimension)
        if table is not None:
            plan.write(table.put, {"video_id": video.id, "vector": list(pointing), **traits.params})

    async def hide(self, plan: Plan, video_id: VideoId, model: str, dimension: int) -> None:
        recent.plan_gone(plan, video_id, model)
        await self.leave(plan, video_id, model, dimension)

    async def leave(self, plan: Plan, video_id: VideoId, model: str, dimension: int) -> None:
        """Plans that the table of this dimension does not hold the video."""
        table = await self._tables.existing(model, dimension)
        if table is not None:
            plan.write(table.drop, {"video_id": video_id})

    async def rate(self, video_id: VideoId, average: float | None, stamp: int) -> None:
        """Lets filters know the mean rating of a video that is searched."""
        for row in await self._session.rows(MODELS, {"video_id": video_id}):
            table = await self._tables.existing(row["model"], row["dimension"])
            if table is not None:
                params = {"video_id": video_id, "average": average, "stamp": stamp}
                await self._session.write(table.rate, params)

    async def drop(self, video_id: VideoId, stamp: int) -> None:
        """From every table: one that was put during a purge may have lost its own row."""
        tables = await self._tables.every()
        params = {"video_id": video_id, "stamp": stamp}
        await asyncio.gather(*(self._session.write(table.drop, params) for table in tables))


def known_as(video_id: VideoId) -> str:
    """Where a plan knows the vectors of a video."""
    return f"vectors of video:{video_id.hex}"


def _kept(row: Row) -> Kept:
    return Kept(row["vector"], row["text_digest"])
