"""Misspelled words of a query, looked up in the words that the text index has.

There is no list of words beside the index: what a word may have been meant to be is made up, some hundred
spellings, and the index is asked which of them it knows.
"""

from collections.abc import Sequence
from itertools import islice
from re import Match
from typing import NamedTuple

import orjson

from killrvideo.adapters.analysis import folded, stems_of
from killrvideo.adapters.sqlite.database import Database
from killrvideo.adapters.sqlite.words import every, still_typing, terms_of
from killrvideo.domain.search import Reading
from killrvideo.domain.spelling import LONG, can_be_misspelled, mistakes, one_mistake_from
from killrvideo.domain.words import STOP_WORDS, WORD, words_of

WORDS_READ = 8
"""Longer queries are sentences: there one word tells little, and rare ones are rightly spelled."""
CORRECTED_MOST = 4
"""Words of one query; what has more than these is not misspelled but in another language."""
LENGTHS = range(2, 25)
"""Letters of a word that may be half typed or misspelled."""
SURE_LETTERS = 3
"""Letters that begin a word in which two mistakes are looked for."""
LOOKED_AT = 2000
"""Words that begin so, at most."""
MISTAKES_MOST = 2

RARE = 2
"""Videos that have a word which may be a mistake of theirs, too."""
SURER = 10
"""By how many times the videos a likelier mistake outweighs another one."""

HAS = """
SELECT 1 FROM (SELECT 1 FROM video_text WHERE video_text MATCH ?1 LIMIT 1)
UNION ALL SELECT 1 FROM (
  SELECT 1 FROM passage_text CROSS JOIN passages AS p ON p.seq = passage_text.rowid
  CROSS JOIN videos AS v ON v.id = p.video_id
  WHERE passage_text MATCH ?1 AND v.public LIMIT 1)
LIMIT 1
"""
"""What is only said is spelled right, too."""
USED = """
SELECT term, doc FROM temp.video_terms WHERE term IN (SELECT value FROM json_each(?))
"""
BEGIN_ALIKE = """
SELECT term, doc FROM temp.video_terms WHERE term >= ?1 AND term < ?1 || char(1114111) LIMIT ?2
"""


class Guess(NamedTuple):
    """A word that some videos have."""

    videos: int
    word: str


NONE = Guess(0, "")


class Spelling:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, query: str) -> Reading:
        typed = list(islice(WORD.finditer(query), WORDS_READ + 1))
        if len(typed) > WORDS_READ:
            return Reading(query, query)
        unknown = [word for word in typed if self._is_unknown(word[0].lower())]
        if len(unknown) > CORRECTED_MOST:
            return Reading(query, query)
        words = meant = query
        for word in reversed(unknown):
            is_last = word is typed[-1]
            taken = await (self._last if is_last else self._misspelled)(word[0])
            words, meant = _with(words, word, taken.words), _with(meant, word, taken.meant)
        if not unknown and not await self._is_found(query):
            words = meant = await self._other_words(query, typed)
        return Reading(words if words.strip() else query, meant)

    async def _other_words(self, query: str, typed: Sequence[Match[str]]) -> str:
        """The query with another word in the place of a rare one, if so some video has all of them: what is
        misspelled may happen to be another word.
        """
        for word in typed:
            own = await self._videos_with(word[0])
            guess = await self._corrected(word[0].lower()) if own <= RARE else NONE
            other = _with(query, word, guess.word)
            if guess.videos >= max(1, own) and await self._is_found(other):
                return other
        return query

    async def _is_found(self, query: str) -> bool:
        """Whether some video has all the words."""
        found = terms_of(words_of(query))
        return not found or bool(await self._database.scan(HAS, (every(still_typing(found)),)))

    async def _videos_with(self, word: str) -> int:
        rows = await self._database.scan(USED, (orjson.dumps(stems_of(word)).decode(),))
        return sum(videos for _, videos in rows)

    def _is_unknown(self, word: str) -> bool:
        if word in STOP_WORDS or not word.isalpha() or len(word) not in LENGTHS:
            return False
        if len(folded(word)) != 1:  # The index reads letters of younger scripts otherwise.
            return False
        return self._database.row(HAS, (f'"{word}"',)) is None

    async def _misspelled(self, typed: str) -> Reading:
        word = (await self._corrected(typed.lower())).word or typed
        return Reading(word, word)

    async def _last(self, typed: str) -> Reading:
        """It may be misspelled or half typed. It is left out if it is neither: what nothing has tells nothing
        apart.
        """
        corrected, begun = await self._corrected(typed.lower()), await self._written_out(typed)
        if begun.videos and SURER * begun.videos >= corrected.videos:
            return Reading(typed, begun.word)
        return Reading(corrected.word, corrected.word or typed)

    async def _written_out(self, word: str) -> Guess:
        """Of the words that begin so."""
        rows = await self._database.scan(BEGIN_ALIKE, (folded(word)[0], LOOKED_AT))
        return max((Guess(used, term) for term, used in rows), default=NONE)

    async def _corrected(self, word: str) -> Guess:
        """Of the words that are spelled nearly so."""
        if not can_be_misspelled(word):
            return NONE
        made_up = sorted(one_mistake_from(word) - STOP_WORDS, key=lambda one: (len(one), one))
        stems = dict(zip(made_up, stems_of(" ".join(made_up)), strict=False))
        rows = await self._database.scan(USED, (orjson.dumps(sorted({*stems.values()})).decode(),))
        used: dict[str, int] = dict(rows)
        for own in stems_of(word):
            used.pop(own, None)
        there = [Guess(used[stems[one]], one) for one in made_up if stems.get(one) in used]
        if there:
            return max(there, key=lambda guess: guess.videos * _likelihood(guess.word, word))
        return await self._further(word) if len(word) >= LONG else NONE

    async def _further(self, word: str) -> Guess:
        """Of the words that begin so and are two mistakes away."""
        stem = "".join(stems_of(word))
        rows = await self._database.scan(BEGIN_ALIKE, (stem[:SURE_LETTERS], LOOKED_AT))
        alike = [(term, used) for term, used in rows if abs(len(term) - len(stem)) <= MISTAKES_MOST]
        near = [(-mistakes(stem, term), Guess(used, term)) for term, used in alike]
        best = max(near, default=(-MISTAKES_MOST - 1, NONE))
        return best[1] if best[0] >= -MISTAKES_MOST else NONE


def _likelihood(meant: str, typed: str) -> int:
    """Letters are swapped, doubled and forgotten to be doubled more often than they become others."""
    return SURER if set(meant) == set(typed) else 1


def _with(query: str, word: Match[str], other: str) -> str:
    """The query with another word in its place; to be done from its end."""
    return query[: word.start()] + other + query[word.end() :]
