"""Passages in Cassandra: rows that are written before the unit that says what they were made of.

They may be more than a batch holds, and all of them can be made anew: who reads them meanwhile reads some of
the old and some of the new ones. `outdated` tells how those are found whose unit came to nothing.

Also passages of videos that are not public can be found: who searches looks at the videos, and whoever
publishes one has nothing to wait for.
"""

from collections.abc import Sequence

from killrvideo.adapters.cassandra.cluster.turns import in_turns
from killrvideo.adapters.cassandra.passages.outdated import OutdatedPassages, stood_for
from killrvideo.adapters.cassandra.passages.rows import COLUMNS, PUT, passage_of, row_of
from killrvideo.adapters.cassandra.passages.searching import PassageSearch
from killrvideo.adapters.cassandra.passages.tables import PassageTable
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import Foundation, planned
from killrvideo.adapters.cassandra.vectors.directions import of_length_one
from killrvideo.adapters.cassandra.vectors.tables import VectorTables
from killrvideo.adapters.cassandra.vectors.traits import traits_of
from killrvideo.domain.captions import CaptionTrack
from killrvideo.domain.ids import VideoId
from killrvideo.domain.passages import Passage, PassageHit, PassageHits, PassageSet
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.vectors import Outdated
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.units import UnitOfWork

OF = f"SELECT {COLUMNS} FROM passages WHERE video_id = :video_id"  # noqa: S608 - constants
DROP_REST = "DELETE FROM passages USING TIMESTAMP :stamp WHERE video_id = :video_id AND number >= :count"
MADE = """
INSERT INTO passage_sets (video_id, made_of, model, count) VALUES (:video_id, :made_of, :model, :count)
USING TIMESTAMP :then
"""
DROPS = tuple(
    f"DELETE FROM {table} USING TIMESTAMP :stamp WHERE video_id = :video_id"  # noqa: S608 - constants
    for table in ("passages", "passage_sets")
)


class CassandraPassageIndex:
    def __init__(self, on: Foundation, outdated: OutdatedPassages) -> None:
        self._session = on.session
        self._stamps = on.stamps
        self._outdated = outdated
        self._tables = VectorTables(on.session, PassageTable)
        self._search = PassageSearch(on.session, on.tallies, self._tables)
        on.purging.append(self._drop_of_video)

    async def search(
        self,
        query: str,
        chosen: SearchFilter,
        limit: int,
        *,
        model: str | None = None,
        vector: Sequence[float] = (),
    ) -> PassageHits:
        """By words, of some hundred passages that have them; by meaning, approximate. What was brought by
        meaning a moment ago may be missing.
        """
        by_words = await self._search.by_words(query, chosen, limit)
        by_meaning = await self._search.by_meaning(model, vector, chosen, limit) if model and vector else []
        return PassageHits(tuple(by_words), tuple(by_meaning))

    async def saying(self, query: str, chosen: SearchFilter, limit: int) -> Sequence[PassageHit]:
        """One round trip: what the index knows of the videos may be some seconds old."""
        return await self._search.saying(query, chosen, limit)

    async def of(self, video_id: VideoId) -> Sequence[Passage]:
        return [passage_of(row) for row in await self._session.all_rows(OF, {"video_id": video_id})]

    async def is_current(self, video: Video, tracks: Sequence[CaptionTrack]) -> bool:
        row = await self._outdated.made(video.id)
        return row is not None and row["made_of"] == stood_for(video, tuple(tracks))

    async def outdated(self, model: str | None, limit: int, after: str | None = None) -> Outdated:
        return await self._outdated.of(model, limit, after)

    def replace(self, work: UnitOfWork, made: PassageSet) -> None:
        async def plan_it(plan: Plan) -> None:
            stamp = self._stamps.next(2)
            video = await self._outdated.begin(plan, made, stamp)
            await self._write(video, made, stamp)
            count, made_of = len(made.passages), stood_for(made.video, made.tracks)
            row = {"video_id": video.id, "made_of": made_of, "model": made.model, "count": count}
            plan.write(MADE, {**row, "then": stamp + 1})
            await self._outdated.plan_made(plan, video.id, stamp + 1, has_vectors=made.model is not None)

        planned(work).plan(plan_it)

    async def _write(self, video: Video, made: PassageSet, stamp: int) -> None:
        await in_turns(
            made.passages,
            lambda passage: self._session.write(PUT, {**row_of(video, passage), "stamp": stamp + 1}),
        )
        rest = {"video_id": video.id, "count": len(made.passages), "stamp": stamp}
        await self._session.write(DROP_REST, rest)
        for table in await self._tables.every():
            await self._session.write(table.drop, {"video_id": video.id, "stamp": stamp})
        if made.model is not None and made.vectors:
            await self._write_vectors(made.model, video, made, stamp + 1)

    async def _write_vectors(self, model: str, video: Video, made: PassageSet, stamp: int) -> None:
        table = await self._tables.made(model, len(made.vectors[0]))
        if table is None:
            return
        put, traits = table.put, traits_of(video).params
        pointing = [of_length_one(vector) for vector in made.vectors]
        rows = [
            {"video_id": video.id, "number": passage.number, "vector": list(one), "stamp": stamp, **traits}
            for passage, one in zip(made.passages, pointing, strict=True)
            if one is not None
        ]
        await in_turns(rows, lambda row: self._session.write(put, row))

    async def _drop_of_video(self, video_id: VideoId) -> None:
        params = {"video_id": video_id, "stamp": self._stamps.next()}
        tables = await self._tables.every()
        for drop in (*DROPS, *(table.drop for table in tables)):
            await self._session.write(drop, params)
