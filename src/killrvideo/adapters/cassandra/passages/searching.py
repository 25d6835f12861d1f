"""Finding passages: by words as videos are found, by meaning in the tables of vectors.

What was found is looked up among the videos themselves: what the index says of them may be some seconds old.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from heapq import nlargest

from killrvideo.adapters.analysis import stems_of
from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.cluster.turns import OF_A_PAGE, in_turns
from killrvideo.adapters.cassandra.passages.rows import COLUMNS, Key, key_of, passage_of
from killrvideo.adapters.cassandra.passages.tables import PassageTable
from killrvideo.adapters.cassandra.search.questions import conditions, numbered
from killrvideo.adapters.cassandra.search.terms import Query, query_of, tag_term
from killrvideo.adapters.cassandra.tallies.tallies import Tallies
from killrvideo.adapters.cassandra.vectors.directions import of_length_one
from killrvideo.adapters.cassandra.vectors.tables import VectorTables
from killrvideo.adapters.cassandra.vectors.traits import asked, traits_of
from killrvideo.adapters.cassandra.videos.lists import PUBLIC_VIDEOS
from killrvideo.adapters.cassandra.videos.rows import GET as GET_VIDEO
from killrvideo.adapters.cassandra.videos.rows import video_of, video_subject
from killrvideo.domain.ids import VideoId
from killrvideo.domain.passages import Passage, PassageHit
from killrvideo.domain.ranking import rarity, worth
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.videos import Video

BY_WORDS_MOST = 300
"""Passages with some of the words that are ranked: each word brings its share of them."""
MOST = 1000
"""That one search by meaning finds."""
SPARE = 40
"""Found beyond what is wanted: videos of some may have changed a moment ago."""
OF_A_VIDEO = 10
"""Passages, roughly: what a word tells depends on how many there are, which nobody counts."""
GET = f"SELECT {COLUMNS} FROM passages WHERE video_id = :video_id AND number = :number"  # noqa: S608 - constants

Scores = dict[Key, float]


class PassageSearch:
    def __init__(
        self, session: CassandraSession, tallies: Tallies, tables: VectorTables[PassageTable]
    ) -> None:
        self._session = session
        self._tallies = tallies
        self._tables = tables

    async def by_words(self, text: str, chosen: SearchFilter, limit: int) -> list[PassageHit]:
        query = query_of(text)
        if query is None:
            return []
        share = max(limit, BY_WORDS_MOST // len(query.stems))
        amounts, answers = await asyncio.gather(
            self._tallies.of(PUBLIC_VIDEOS),
            in_turns(query.stems, lambda stem: self._having(query, (stem,), chosen, share)),
        )
        rows = {key_of(row): row for answer in answers for row in answer}
        of = max(OF_A_VIDEO * amounts.videos, len(rows))
        rarities = [rarity(len(answer), of) for answer in answers]
        passages = {key: passage_of(row) for key, row in rows.items()}
        return await self._shown(passages, _worths(rows, rarities), chosen, limit)

    async def saying(self, text: str, chosen: SearchFilter, limit: int) -> list[PassageHit]:
        """Of some hundred passages that have all the words: their order tells nothing of rarity."""
        query = query_of(text)
        if query is None:
            return []
        found = await self._having(query, query.stems, chosen, BY_WORDS_MOST)
        rows = {key_of(row): row for row in found if row["spoken"] is not None}
        scores = _worths(rows, [1.0] * len(query.stems))
        hits = [PassageHit(passage_of(row), scores[key]) for key, row in rows.items()]
        said = [hit for hit in hits if not set(query.stems).isdisjoint(stems_of(hit.passage.text))]
        return nlargest(limit, said, key=lambda hit: (hit.score, hit.passage.video_id, -hit.passage.number))

    async def by_meaning(
        self, model: str, vector: Sequence[float], chosen: SearchFilter, limit: int
    ) -> list[PassageHit]:
        pointing = of_length_one(vector)
        table = await self._tables.existing(model, len(vector))
        if pointing is None or table is None or limit < 1:
            return []
        count = min(limit + SPARE, MOST)
        scores = await self._near(table, pointing, chosen, count)
        hits = await self._shown(await self._passages(scores), scores, chosen, limit)
        if len(hits) < limit and count <= len(scores) < MOST:
            scores = await self._near(table, pointing, chosen, MOST)
            hits = await self._shown(await self._passages(scores), scores, chosen, limit)
        return hits

    async def _having(
        self, query: Query, stems: Sequence[str], chosen: SearchFilter, most: int
    ) -> Sequence[Row]:
        """Passages that have all of these stems, with how often they have each one of the query."""
        wanted = dict(numbered("t", (*stems, *map(tag_term, chosen.tags))))
        weighed = dict(numbered("w", query.stems))
        given = list(conditions(replace(chosen, minimum_rating=None)))
        where = [*(f"terms CONTAINS :{name}" for name in wanted), *(cql for cql, _, _ in given)]
        cql = (
            f"SELECT {COLUMNS}, length, "  # noqa: S608 - names only
            f"{', '.join(f'weights[:{name}] AS {name}' for name in weighed)} "
            f"FROM passages WHERE {' AND '.join(where)} LIMIT :most"
        )
        values = {name: value for _, name, value in given}
        return await self._session.rows(cql, {**wanted, **weighed, **values, "most": most})

    async def _near(
        self, table: PassageTable, pointing: Sequence[float], chosen: SearchFilter, count: int
    ) -> Scores:
        where, values = asked(replace(chosen, minimum_rating=None))
        params = {**values, "vector": list(pointing), "count": count}
        rows = await self._session.nearest(table.nearest(where), params)
        # The server's closeness is (1 + cosine) / 2.
        return {key_of(row): min(max(2 * row["score"] - 1, -1.0), 1.0) for row in rows}

    async def _passages(self, keys: Iterable[Key]) -> dict[Key, Passage]:
        """Those that are there."""
        every = list(keys)
        rows = await in_turns(
            every,
            lambda key: self._session.row(GET, {"video_id": key[0], "number": key[1]}),
            at_a_time=OF_A_PAGE,
        )
        return {key: passage_of(row) for key, row in zip(every, rows, strict=True) if row and row["text"]}

    async def _shown(
        self, passages: dict[Key, Passage], scores: Scores, chosen: SearchFilter, limit: int
    ) -> list[PassageHit]:
        """The best of those whose videos are public and pass the filter, as of now."""
        videos = await self._passing({VideoId(video_id) for video_id, _ in passages}, chosen)
        hits = [PassageHit(one, scores[key]) for key, one in passages.items() if one.video_id in videos]

        def place(hit: PassageHit) -> tuple[object, ...]:
            video_id = hit.passage.video_id
            return hit.score, videos[video_id].submitted_at, video_id, -hit.passage.number

        return nlargest(limit, hits, key=place)

    async def _passing(self, video_ids: set[VideoId], chosen: SearchFilter) -> dict[VideoId, Video]:
        every = list(video_ids)
        rows, amounts = await asyncio.gather(
            in_turns(every, lambda id_: self._session.row(GET_VIDEO, {"id": id_}), at_a_time=OF_A_PAGE),
            self._tallies.of_each(map(video_subject, every)),
        )
        videos = [video_of(row, one) for row, one in zip(rows, amounts, strict=True)]
        return {video.id: video for video in videos if video is not None and _passes(video, chosen)}


def _passes(video: Video, chosen: SearchFilter) -> bool:
    return chosen.is_rated_enough(video.totals.average) and video.is_public and traits_of(video).pass_(chosen)


def _worths(rows: dict[Key, Row], rarities: Sequence[float]) -> Scores:
    mean = sum(row["length"] for row in rows.values()) / max(1, len(rows))
    return {
        key: worth(row["length"], [row[f"w{number}"] or 0 for number in range(len(rarities))], rarities, mean)
        for key, row in rows.items()
    }
