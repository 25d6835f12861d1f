"""Near vectors: an approximate search of everything that passes the filter, and an exact one of what came in
the last minutes beside it.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from heapq import nlargest

from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.tallies.tallies import Tallies
from killrvideo.adapters.cassandra.vectors.directions import cosine_of, of_length_one
from killrvideo.adapters.cassandra.vectors.recent import Found, recent
from killrvideo.adapters.cassandra.vectors.tables import VectorTable, VectorTables
from killrvideo.adapters.cassandra.vectors.traits import asked
from killrvideo.adapters.cassandra.videos.rows import video_subject
from killrvideo.domain.ids import VideoId
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.vectors import Near
from killrvideo.domain.videos import Totals

MOST = 1000
"""That one search finds."""
SPARE = 16
"""Found beyond what is wanted: what came lately can push some of them out."""

Similarities = Mapping[VideoId, float]


class NearestVectors:
    def __init__(
        self, session: CassandraSession, tallies: Tallies, tables: VectorTables[VectorTable]
    ) -> None:
        self._session = session
        self._tallies = tallies
        self._tables = tables

    async def to(
        self, model: str, vector: Sequence[float], chosen: SearchFilter, limit: int, but: Collection[VideoId]
    ) -> Sequence[Near]:
        """One round trip; another one for a filter by rating, or where much of what was found is gone."""
        pointing = of_length_one(vector)
        if pointing is None or limit < 1:
            return []
        count = min(limit + len(but) + SPARE, MOST)
        indexed, lately = await asyncio.gather(
            self._indexed(model, pointing, chosen, count), recent(self._session, model)
        )
        left_out = lately.keys() | set(but)
        compared = _compared(pointing, lately, chosen)
        is_short = len(indexed.keys() - left_out) < limit and count <= len(indexed) < MOST
        indexed, rated = await asyncio.gather(
            self._indexed(model, pointing, chosen, MOST) if is_short else _known(indexed),
            self._rated(compared, chosen),
        )
        similarities = {of: indexed[of] for of in indexed.keys() - left_out}
        similarities |= {of: rated[of] for of in rated.keys() - set(but)}
        best = nlargest(limit, similarities, key=lambda of: (similarities[of], of.bytes))
        return [Near(of, similarities[of]) for of in best]

    async def _indexed(
        self, model: str, pointing: Sequence[float], chosen: SearchFilter, count: int
    ) -> Similarities:
        table = await self._tables.existing(model, len(pointing))
        if table is None:
            return {}
        where, values = asked(chosen)
        params = {**values, "vector": list(pointing), "count": count}
        rows = await self._session.nearest(table.nearest(where), params)
        # The server's closeness is (1 + cosine) / 2.
        return {VideoId(row["video_id"]): min(max(2 * row["score"] - 1, -1.0), 1.0) for row in rows}

    async def _rated(self, compared: Similarities, chosen: SearchFilter) -> Similarities:
        """Those that are rated as the filter wants; as of this moment."""
        if chosen.minimum_rating is None:
            return compared
        amounts = await self._tallies.of_each(map(video_subject, compared))
        averages = (Totals(0, one.ratings, one.stars).average for one in amounts)
        return {
            of: similarity
            for (of, similarity), average in zip(compared.items(), averages, strict=True)
            if average is not None and average >= chosen.minimum_rating
        }


def _compared(
    pointing: Sequence[float], lately: Mapping[VideoId, Found | None], chosen: SearchFilter
) -> Similarities:
    return {
        of: cosine_of(pointing, found.vector)
        for of, found in lately.items()
        if found and len(found.vector) == 4 * len(pointing) and found.traits.pass_(chosen)
    }


async def _known(indexed: Similarities) -> Similarities:
    return indexed
