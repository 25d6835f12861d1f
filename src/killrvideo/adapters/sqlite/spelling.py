"""Misspelled words of a query, looked up in the words that the text index has.

There is no list of words beside the index: what a word may have been meant to be is made up, some hundred
spellings, and the index is asked which of them it knows.
"""

from collections.abc import Sequence
from re import Match

import orjson

from killrvideo.adapters.analysis import folded, stems_of
from killrvideo.adapters.sqlite.database import Database
from killrvideo.domain.search import Reading
from killrvideo.domain.spelling import LONG, can_be_misspelled, mistakes, one_mistake_from
from killrvideo.domain.words import STOP_WORDS, WORD

WORDS_READ = 8
"""Longer queries are sentences: there one word tells little, and rare ones are rightly spelled."""
CORRECTED_MOST = 4
"""Words of one query; what has more than these is not misspelled but in another language."""
SURE_LETTERS = 3
"""Letters that begin a word in which two mistakes are looked for."""
LOOKED_AT = 2000
"""Words that begin with them, at most."""

MISTAKES_MOST = 2

HAS = "SELECT 1 FROM video_text WHERE video_text MATCH ? LIMIT 1"
USED = """
SELECT term, doc FROM temp.video_terms WHERE term IN (SELECT value FROM json_each(?))
"""
BEGIN_ALIKE = """
SELECT term, doc FROM temp.video_terms WHERE term >= ?1 AND term < ?1 || char(1114111) LIMIT ?2
"""


class Spelling:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, query: str) -> Reading:
        typed = list(WORD.finditer(query))
        wrong = [word for word in typed if not self._is_known(word[0])] if len(typed) <= WORDS_READ else []
        if not wrong or len(wrong) > CORRECTED_MOST:
            return Reading(query, query)
        begun = await self._written_out(wrong[-1][0]) if wrong[-1] is typed[-1] else None
        words = await self._corrected(query, wrong if begun is None else wrong[:-1])
        return Reading(words, words if begun is None else words[: -len(wrong[-1][0])] + begun)

    async def _corrected(self, query: str, wrong: Sequence[Match[str]]) -> str:
        for word in reversed(wrong):
            meant = await self._meant(word[0].lower())
            if meant is not None:
                query = query[: word.start()] + meant + query[word.end() :]
        return query

    def _is_known(self, typed: str) -> bool:
        """Or beyond correction."""
        word = typed.lower()
        if word in STOP_WORDS or not can_be_misspelled(word):
            return True
        return self._database.row(HAS, (f'"{word}"',)) is not None

    async def _written_out(self, typed: str) -> str | None:
        """The word of most videos that begins so."""
        rows = await self._database.scan(BEGIN_ALIKE, (folded(typed)[0], LOOKED_AT))
        return max(((used, term) for term, used in rows), default=(0, None))[1]

    async def _meant(self, word: str) -> str | None:
        """What most videos have, of what is nearest to the word; None where nothing is near."""
        made_up = sorted(one_mistake_from(word))
        stems = stems_of(" ".join(made_up))
        if len(stems) != len(made_up):  # Some are no words, in the index's view: nothing says which.
            return None
        rows = await self._database.scan(USED, (orjson.dumps(sorted(set(stems))).decode(),))
        used: dict[str, int] = dict(rows)
        near = [
            (-used[stem], len(spelled), spelled)
            for spelled, stem in zip(made_up, stems, strict=True)
            if stem in used
        ]
        if near:
            return min(near)[2]
        return await self._further(word) if len(word) >= LONG else None

    async def _further(self, word: str) -> str | None:
        [stem] = stems_of(word)
        rows = await self._database.scan(BEGIN_ALIKE, (stem[:SURE_LETTERS], LOOKED_AT))
        alike = [(term, used) for term, used in rows if abs(len(term) - len(stem)) <= MISTAKES_MOST]
        near = [(-mistakes(stem, term), used, term) for term, used in alike]
        best = max(near, default=None)
        return None if best is None or -best[0] > MISTAKES_MOST else str(best[2])
