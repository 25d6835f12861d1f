"""Passages in SQLite: rows with their vectors, a text index over them, and signs in memory."""

import importlib
from collections.abc import Callable, Sequence
from typing import Protocol, cast

import apsw

from killrvideo.adapters.sqlite import words
from killrvideo.adapters.sqlite.database import Database, Row
from killrvideo.adapters.sqlite.filters import PASSES, filters_of
from killrvideo.adapters.sqlite.outdated import OutdatedVideos
from killrvideo.adapters.sqlite.passages.rows import COLUMNS, passage_of
from killrvideo.adapters.sqlite.units import statements
from killrvideo.adapters.sqlite.vectors.bytes import packed, signs_of
from killrvideo.adapters.sqlite.vectors.thread import SearchThread
from killrvideo.domain.captions import CaptionTrack
from killrvideo.domain.errors import TextsChanged
from killrvideo.domain.ids import VideoId
from killrvideo.domain.passages import Passage, PassageHit, PassageHits, PassageSet, made_of
from killrvideo.domain.ranking import PASSAGE_TITLE_WEIGHS, PASSAGE_WEIGHS
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.vectors import Outdated
from killrvideo.domain.videos import Video
from killrvideo.domain.words import words_of
from killrvideo.service_interfaces.units import UnitOfWork

FOUND = f"""
SELECT {COLUMNS}, -bm25(passage_text, {PASSAGE_TITLE_WEIGHS}, {PASSAGE_WEIGHS}) AS worth
FROM passage_text CROSS JOIN passages AS p ON p.seq = passage_text.rowid
CROSS JOIN videos AS v ON v.id = p.video_id
WHERE passage_text MATCH ?1 AND v.public AND {PASSES}
"""  # noqa: S608 - constants
BEST = "ORDER BY worth DESC, v.submitted_at DESC, p.video_id DESC, p.number LIMIT ?9"
BY_WORDS = f"{FOUND} {BEST}"
SAYING = f"{FOUND} AND p.language IS NOT NULL {BEST}"
OF = f"SELECT {COLUMNS} FROM passages AS p WHERE p.video_id = ? ORDER BY p.number"  # noqa: S608 - constants
MADE_OF = "SELECT made_of FROM passage_sets WHERE video_id = ?"
DROP = "DELETE FROM passages WHERE video_id = ?"
ADD = """
INSERT INTO passages (video_id, number, language, start, end, title, text, model, signs, vector)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
"""
# As `passages.made_of` says it.
PRESENT = """
v.text_digest || coalesce((
  SELECT group_concat(',' || c.language || ':' || c.digest, '' ORDER BY c.language || ':' || c.digest)
  FROM captions AS c WHERE c.video_id = v.id), '')
"""
# It also tells who holds passages in memory that there are others.
MADE = f"""
INSERT INTO passage_sets (video_id, made_of, model)
SELECT v.id, ?2, ?3 FROM videos AS v WHERE v.id = ?1 AND ?2 = {PRESENT}
ON CONFLICT (video_id) DO UPDATE SET made_of = excluded.made_of, model = excluded.model
"""  # noqa: S608 - constants
OUTDATED = f"""
v.public AND NOT EXISTS (
  SELECT 1 FROM passage_sets AS s
  WHERE s.video_id = v.id AND (?1 IS NULL OR s.model = ?1) AND s.made_of = {PRESENT})
"""  # noqa: S608 - constants
NEAREST = "killrvideo.adapters.sqlite.passages.nearest"
"""Loads numpy, which takes a while: not when the server starts, but in the thread that searches first."""


class NearestPassages(Protocol):
    """What of that module is used."""

    def to(
        self,
        connection: apsw.Connection,
        model: str,
        vector: Sequence[float],
        chosen: SearchFilter,
        limit: int,
    ) -> list[PassageHit]: ...


class SqlitePassageIndex:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = SearchThread(database)
        self._outdated = OutdatedVideos(database, OUTDATED)
        self._nearest: NearestPassages | None = None

    async def close(self) -> None:
        """To be called before the database is closed. May be called twice."""
        await self._thread.close()

    async def search(
        self,
        query: str,
        chosen: SearchFilter,
        limit: int,
        *,
        model: str | None = None,
        vector: Sequence[float] = (),
    ) -> PassageHits:
        by_words = await self._by_words(query, chosen, limit)
        by_meaning = await self._by_meaning(model, vector, chosen, limit) if model and vector else []
        return PassageHits(tuple(by_words), tuple(by_meaning))

    async def saying(self, query: str, chosen: SearchFilter, limit: int) -> Sequence[PassageHit]:
        found = words_of(query)
        if not found:
            return []
        terms = words.still_typing(words.terms_of(found))
        # What has all of them in its title alone is not said.
        match = f"({words.every(terms)}) AND text : ({words.some(terms)})"
        rows = await self._database.scan(SAYING, (match, *filters_of(chosen), limit))
        return list(map(_hit, rows))

    async def of(self, video_id: VideoId) -> Sequence[Passage]:
        return [passage_of(row) for row in self._database.rows(OF, (video_id.bytes,))]

    async def is_current(self, video: Video, tracks: Sequence[CaptionTrack]) -> bool:
        row = self._database.row(MADE_OF, (video.id.bytes,))
        return row is not None and row[0] == made_of(video, tracks)

    async def outdated(self, model: str | None, limit: int, after: str | None = None) -> Outdated:
        return await self._outdated.of(model, limit, after)

    def replace(self, work: UnitOfWork, made: PassageSet) -> None:
        unit, key = statements(work), made.video.id.bytes
        made_of_these = (key, made_of(made.video, made.tracks), made.model)
        unit.run(MADE, made_of_these, unless_changed=TextsChanged)
        unit.run(DROP, (key,))
        for passage, vector in zip(made.passages, made.vectors or [None] * len(made.passages), strict=True):
            place = (passage.number, passage.language, passage.start, passage.end)
            numbers = (None, None) if vector is None else (signs_of(vector), packed(vector))
            unit.run(ADD, (key, *place, made.video.title, passage.text, made.model, *numbers))

    async def _by_words(self, query: str, chosen: SearchFilter, limit: int) -> list[PassageHit]:
        found = words_of(query)
        if not found:
            return []
        match = words.some(words.terms_of(found))
        rows = await self._database.scan(BY_WORDS, (match, *filters_of(chosen), limit))
        return list(map(_hit, rows))

    async def _by_meaning(
        self, model: str, vector: Sequence[float], chosen: SearchFilter, limit: int
    ) -> list[PassageHit]:
        def search(connection: apsw.Connection) -> list[PassageHit]:
            if self._nearest is None:
                self._nearest = cast(
                    Callable[[], NearestPassages], importlib.import_module(NEAREST).NearestPassages
                )()
            return self._nearest.to(connection, model, vector, chosen, limit)

        return await self._thread.run(search)


def _hit(row: Row) -> PassageHit:
    return PassageHit(passage_of(row), row[-1])
