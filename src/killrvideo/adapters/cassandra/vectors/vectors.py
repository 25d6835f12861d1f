"""Embedding vectors in Cassandra: kept as bytes, and searched by an index beside them."""

import asyncio
import functools
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from killrvideo.adapters.cassandra.cluster.turns import OF_A_PAGE, in_turns
from killrvideo.adapters.cassandra.search.averages import AverageRatings
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import CassandraUnitOfWork, Foundation, planned
from killrvideo.adapters.cassandra.vectors.directions import packed, unpacked
from killrvideo.adapters.cassandra.vectors.findable import FindableVectors, Kept, known_as
from killrvideo.adapters.cassandra.vectors.nearest import NearestVectors
from killrvideo.adapters.cassandra.vectors.outdated import OutdatedVectors
from killrvideo.adapters.cassandra.vectors.tables import VectorTable, VectorTables
from killrvideo.adapters.cassandra.videos.rows import GET as GET_VIDEO
from killrvideo.adapters.cassandra.videos.rows import planned_video, video_guard, video_of
from killrvideo.domain.events import Origin
from killrvideo.domain.ids import VideoId
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.vectors import Near, Outdated, digest_of, text_of
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.units import UnitOfWork

GET_VECTOR = "SELECT vector FROM vectors WHERE video_id = :video_id AND model = :model"
DIGEST = "SELECT text_digest FROM vectors WHERE video_id = :video_id AND model = :model"
PUT = """
INSERT INTO vectors (video_id, model, dimension, vector, stored_at, text_digest)
VALUES (:video_id, :model, :dimension, :vector, :stored_at, :text_digest) USING TIMESTAMP :stamp
"""
FORGET = "DELETE FROM vectors USING TIMESTAMP :stamp WHERE video_id = :video_id"
ROUNDS = 4
"""Changes of a video, one after the other, that a vector is brought in line with."""


class CassandraVectorIndex:
    def __init__(self, on: Foundation, averages: AverageRatings) -> None:
        self._on = on
        self._session = on.session
        self._averages = averages
        tables = VectorTables(on.session, VectorTable)
        self._findable = FindableVectors(on.session, tables)
        self._nearest = NearestVectors(on.session, on.tallies, tables)
        self._outdated = OutdatedVectors(on.session, on.stamps)
        averages.told.append(self._findable.rate)
        on.purging.append(self._drop_of_video)

    async def get(self, video_id: VideoId, model: str) -> Sequence[float] | None:
        row = await self._session.row(GET_VECTOR, {"video_id": video_id, "model": model})
        return None if row is None else unpacked(row["vector"])

    async def get_many(self, video_ids: Sequence[VideoId], model: str) -> Mapping[VideoId, Sequence[float]]:
        vectors = await in_turns(video_ids, lambda one: self.get(one, model), at_a_time=OF_A_PAGE)
        return {of: vector for of, vector in zip(video_ids, vectors, strict=True) if vector is not None}

    async def text_digest(self, video_id: VideoId, model: str) -> str | None:
        row = await self._session.row(DIGEST, {"video_id": video_id, "model": model})
        return None if row is None else row["text_digest"]

    async def nearest(
        self,
        model: str,
        vector: Sequence[float],
        chosen: SearchFilter,
        limit: int,
        *,
        but: Collection[VideoId] = (),
    ) -> Sequence[Near]:
        """Approximate, except for what came in the last minutes; a thousand at most."""
        return await self._nearest.to(model, vector, chosen, limit, but)

    async def outdated(self, model: str, limit: int, after: str | None = None) -> Outdated:
        return await self._outdated.of(model, limit, after)

    async def served(self) -> str | None:
        return await self._outdated.served()

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
        """Without effect for a video that is not there."""
        unit, numbers = planned(work), packed(vector)
        seen: dict[VideoId, int] = {}

        async def plan_it(plan: Plan) -> None:
            video = await planned_video(self._session, plan, video_id)
            if video is not None:
                kept = Kept(numbers, text_digest or digest_of(text_of(video)))
                await self._plan_put(plan, video, model, kept, at)
                # Whoever passes the video's guard needs not look again.
                guarded = any(guard.key == video_guard(video_id) for guard in plan.guards)
                seen.update({} if guarded else {video_id: video.version})

        unit.plan(plan_it)
        unit.afterwards(lambda: self._look_again(unit.origin, seen, ROUNDS))
        self._averages.follow(unit, video_id)

    def serve(self, work: UnitOfWork, model: str) -> None:
        async def plan_it(plan: Plan) -> None:
            self._outdated.plan_serve(plan, model)

        planned(work).plan(plan_it)

    async def plan_follow(self, plan: Plan, before: Video | None, after: Video) -> None:
        """Plans what changes with a video that is added or changed."""
        if before is None:
            if after.is_public:
                self._outdated.plan_added(plan)
            return
        await self._findable.follow(plan, before, after)
        if after.is_public and not (before.is_public and text_of(before) == text_of(after)):
            await self._note_if_outdated(plan, after)

    async def plan_forget(self, plan: Plan, video_id: VideoId) -> None:
        """Plans to drop every vector of a video."""
        for model, kept in (await self._findable.kept(plan, video_id)).items():
            await self._findable.hide(plan, video_id, model, kept.dimension)
        plan.write(FORGET, {"video_id": video_id})
        plan.known[known_as(video_id)] = {}

    async def _drop_of_video(self, video_id: VideoId) -> None:
        stamp = self._on.stamps.next()
        await asyncio.gather(
            self._findable.drop(video_id, stamp),
            self._session.write(FORGET, {"video_id": video_id, "stamp": stamp}),
        )

    async def _plan_put(self, plan: Plan, video: Video, model: str, kept: Kept, at: datetime) -> None:
        before = await self._findable.kept(plan, video.id)
        former, present = before.get(model), digest_of(text_of(video))
        if former is not None and former.text_digest == present != kept.text_digest:
            return
        key = {"video_id": video.id, "model": model, "dimension": kept.dimension, "stored_at": at}
        plan.write(PUT, {**key, "vector": kept.numbers, "text_digest": kept.text_digest})
        plan.known[known_as(video.id)] = {**before, model: kept}
        if former is not None and former.dimension != kept.dimension:
            await self._findable.leave(plan, video.id, model, former.dimension)
        await self._findable.show(plan, video, model, kept)
        if kept.text_digest == present:
            await self._outdated.plan_done(plan, video.id)

    async def _look_again(self, origin: Origin, seen: Mapping[VideoId, int], rounds: int) -> None:
        """Brings what was written in line with videos that have changed since they were seen."""
        for video_id, version in seen.items():
            video = video_of(await self._session.row(GET_VIDEO, {"id": video_id}))
            if video is None or video.version == version or not rounds:
                continue
            unit, now = CassandraUnitOfWork(self._on, "vectors.follow", origin), dict[VideoId, int]()
            unit.plan(functools.partial(self._plan_right, video_id, now))
            await unit.commit()
            await self._look_again(origin, now, rounds - 1)

    async def _plan_right(self, video_id: VideoId, seen: dict[VideoId, int], plan: Plan) -> None:
        video = await planned_video(self._session, plan, video_id)
        if video is not None:
            await self._findable.show_all(plan, video)
            await self._note_if_outdated(plan, video)
            seen[video_id] = video.version

    async def _note_if_outdated(self, plan: Plan, video: Video) -> None:
        kept, served = await self._findable.kept(plan, video.id), await self.served()
        digests = {one.text_digest for model, one in kept.items() if served in {None, model}}
        if video.is_public and digest_of(text_of(video)) not in digests:
            self._outdated.plan_note(plan, video.id)
