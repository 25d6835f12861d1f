"""Finding videos by words and tags: FTS5 for the text, a table of tags beside it.

Both hold exactly the public videos. Words are quoted one by one, so nothing that a reader types is ever
read as query syntax.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from killrvideo.adapters.analysis import folded, highlights, marked, stems_of
from killrvideo.adapters.sqlite import similar, taste, words
from killrvideo.adapters.sqlite.database import Binding, Database, Row
from killrvideo.adapters.sqlite.filters import PASSES, filters_of
from killrvideo.adapters.sqlite.spelling import Spelling
from killrvideo.adapters.sqlite.units import statements
from killrvideo.adapters.sqlite.video_rows import tags_text
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.instants import to_millis
from killrvideo.domain.paging import COUNTED_AT_MOST, Page, PageRequest
from killrvideo.domain.ranking import DESCRIPTION_WEIGHS, TAGS_WEIGH, TITLE_WEIGHS, score_of
from killrvideo.domain.search import Reading, SearchFilter, SearchHit
from killrvideo.domain.videos import Video, tag_key
from killrvideo.domain.words import WORDS_MOST, words_of
from killrvideo.service_interfaces.units import UnitOfWork

CHOSEN = f"""
FROM video_text CROSS JOIN videos AS v ON v.seq = video_text.rowid
WHERE video_text MATCH ?1
  AND {PASSES}
"""
COUNT = f"SELECT count(*) FROM (SELECT 1 {CHOSEN} LIMIT ?9)"  # noqa: S608 - constants
# ?9 matches what has all the words: it comes before what has only some. NULL where ?1 asks for all itself.
RANKED = f"""
SELECT v.id,
  -bm25(video_text, {TITLE_WEIGHS}, {TAGS_WEIGH}, {DESCRIPTION_WEIGHS}) AS worth,
  (?9 IS NULL OR v.seq IN (SELECT rowid FROM video_text WHERE video_text MATCH ?9)) AS whole {CHOSEN}
ORDER BY whole DESC, worth DESC, v.submitted_at DESC, v.id DESC LIMIT ?10 OFFSET ?11
"""  # noqa: S608 - constants
TAGS_THAT_BEGIN = """
SELECT tag, max(videos), sum(videos) AS used FROM tag_spellings
WHERE tag_key >= ?1 AND tag_key < ?1 || char(1114111)
GROUP BY tag_key ORDER BY used DESC, tag_key LIMIT ?2
"""
TAGS_THAT_CONTAIN = """
SELECT tag, max(videos), sum(videos) AS used FROM tag_spellings
WHERE instr(tag_key, ?1) > 1
GROUP BY tag_key ORDER BY used DESC, tag_key LIMIT ?2
"""

PUT_TEXT = """
INSERT OR REPLACE INTO video_text (rowid, title, tags, description)
SELECT seq, ?, ?, ? FROM videos WHERE id = ?
"""
PUT_TAGS = """
INSERT INTO video_tags (tag_key, submitted_at, video_id, tag)
SELECT key, ?, ?, value FROM json_each(?)
"""
REMOVE_TEXT = "DELETE FROM video_text WHERE rowid = (SELECT seq FROM videos WHERE id = ?)"
REMOVE_TAGS = "DELETE FROM video_tags WHERE video_id = ?"


class SqliteSearchIndex:
    counts_to = COUNTED_AT_MOST
    corrects_spelling = True

    def __init__(self, database: Database) -> None:
        self._database = database
        self._spelling = Spelling(database)

    async def search(self, query: str, chosen: SearchFilter, wanted: PageRequest) -> Page[SearchHit]:
        found = words_of(query)
        if not found:
            return Page((), 0)
        terms, filters = words.terms_of(found), filters_of(chosen)
        every = words.every(terms)
        total = await self._count(every, filters)
        if total > COUNTED_AT_MOST:
            return await self._page(every, None, filters, total, wanted)
        terms = words.still_typing(terms)
        every = words.every(terms)
        total = await self._count(every, filters)
        if total >= wanted.size or len(terms) == 1:
            return await self._page(every, None, filters, total, wanted)
        some = words.some(terms)
        return await self._page(some, every, filters, await self._count(some, filters), wanted)

    async def read(self, query: str) -> Reading:
        return await self._spelling.read(query)

    def marked(self, query: str, hit: SearchHit, video: Video) -> SearchHit:
        return replace(hit, highlights=highlights(video, *_looked_for(query)))

    def marked_text(self, query: str, text: str) -> str:
        return marked(text, *_looked_for(query))

    async def similar(self, video: Video, limit: int) -> Sequence[SearchHit]:
        return await similar.similar(self._database, video, limit)

    async def by_taste(
        self, tag_weights: Mapping[str, float], unseen_by: AccountId, wanted: PageRequest
    ) -> Page[SearchHit]:
        return await taste.by_taste(self._database, tag_weights, unseen_by, wanted)

    async def suggest_tags(self, prefix: str, limit: int) -> Sequence[str]:
        key = tag_key(prefix)
        rows = await self._database.scan(TAGS_THAT_BEGIN, (key, limit))
        if len(rows) < limit:
            rows += await self._database.scan(TAGS_THAT_CONTAIN, (key, limit - len(rows)))
        return [row[0] for row in rows]

    def put(self, work: UnitOfWork, video: Video) -> None:
        if not video.is_public:
            self.remove(work, video.id)
            return
        unit, tags = statements(work), " ".join(video.tags)
        unit.run(PUT_TEXT, (video.title, tags, video.description, video.id.bytes))
        unit.run(REMOVE_TAGS, (video.id.bytes,))
        unit.run(PUT_TAGS, (to_millis(video.submitted_at), video.id.bytes, tags_text(video)))

    def remove(self, work: UnitOfWork, video_id: VideoId) -> None:
        for statement in (REMOVE_TEXT, REMOVE_TAGS):
            statements(work).run(statement, (video_id.bytes,))

    async def _count(self, match: str, filters: Sequence[Binding]) -> int:
        """How many match, one more than is counted at most."""
        [[total]] = await self._database.scan(COUNT, (match, *filters, COUNTED_AT_MOST + 1))
        return int(total)

    async def _page(
        self, match: str, every: str | None, filters: Sequence[Binding], total: int, wanted: PageRequest
    ) -> Page[SearchHit]:
        part = (wanted.size + 1, wanted.offset)
        rows = await self._database.scan(RANKED, (match, *filters, every, *part))
        hits = tuple(_hit(row) for row in rows[: wanted.size])
        following = (wanted.offset + wanted.size,) if len(rows) > wanted.size else None
        return Page(hits, min(total, COUNTED_AT_MOST), following, total > COUNTED_AT_MOST)


def _looked_for(query: str) -> tuple[frozenset[str], str | None]:
    """The stems of the words, and what the last one begins with."""
    typed = words_of(query)[:WORDS_MOST]
    last = folded(" ".join(typed[-1:]))
    return frozenset(stems_of(" ".join(typed))), last[-1] if last else None


def _hit(row: Row) -> SearchHit:
    video_id, worth, whole = row
    return SearchHit(VideoId(UUID(bytes=video_id)), score_of(worth, whole=whole == 1))
