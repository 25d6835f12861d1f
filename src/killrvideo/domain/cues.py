"""Cues of what is said word by word: short enough to be read, and as long to be seen as that takes.

A cue ends where a sentence does, or somebody pauses; else behind a comma; else where it must. It is shown as
long as its text takes to be read, where need be into the silence behind it, and then a little into what is
said next, which so begins later. Where speech itself is faster than people read for longer than that makes up
for, no word is left out: then cues are shorter than their text would want.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from killrvideo.domain.captions import Cue
from killrvideo.domain.cue_lines import Lines, Part, pieces_of, width_of, words_of
from killrvideo.domain.sentences import ABBREVIATION, CLOSING, STOP

A_SECOND = 20
"""Columns that people read in a second; see `cue_lines` for what a column is."""
SHORTEST = 1000
"""Milliseconds that a cue is shown, if what follows lets it."""
LEAST = 500
"""Milliseconds that every cue is shown."""
LONGEST = 7000
GAP = 80
"""Milliseconds between two cues, so that one is seen to follow the other."""
LATE = 1000
"""Milliseconds by which a cue may come after its words, for the one before it to be read to the end."""
PAUSE = 700
"""Milliseconds of silence behind which something else begins."""
BREATH = 250
SILENCE = 2000
"""Milliseconds that no cue goes on across."""

SENTENCE_END = re.compile(rf"{STOP}[{CLOSING}]*$|[\u3002\uff01\uff1f][\u300d\u300f\uff09]*$")
CLAUSE_END = re.compile(rf"[,;:\u2014\u2013\u3001\uff0c\uff1b\uff1a\u060c\u061b][{CLOSING}]*$")

A_CUE, ACROSS_SENTENCES, AFTER_CLAUSE, ANYWHERE = 3.0, 4.0, 4.0, 10.0
"""What is to be avoided, and how much: each cue, one that goes on behind a sentence's end or a pause, and
breaks at places that are less good than those."""
TOO_FAST = 1 / 100
"""For each millisecond that a cue lacks."""


@dataclass(frozen=True, slots=True)
class Word:
    """With the blank before it, if there is one; start and end in milliseconds."""

    start: int
    end: int
    text: str


def cues_of(words: Iterable[Word]) -> tuple[Cue, ...]:
    """Cues in the order of their times, none of which overlaps another."""
    in_order = list(_in_order(words))
    return tuple(_timed(_Chosen(in_order).cues())) if in_order else ()


def retold(cues: Sequence[Cue], texts: Sequence[str]) -> tuple[Cue, ...]:
    """The same cues with other texts (their translations): each at the time of the one that it stands for,
    and several in a row where it has more to say than fits into one.
    """
    told: list[Cue] = []
    for number, (cue, text) in enumerate(zip(cues, texts, strict=True)):
        until = max(cue.end, cue.start + needed(text))
        if number + 1 < len(cues):
            until = max(cue.end, min(until, cues[number + 1].start - GAP))
        if words := list(_in_order(_spread(cue.start, until, text))):
            told += _Chosen(words).cues_within(cue)
    return tuple(_timed(told))


def needed(text: str) -> int:
    """Milliseconds that it takes to read a cue."""
    return max(SHORTEST, -(-1000 * width_of(text.replace("\n", " ")) // A_SECOND))


def _in_order(words: Iterable[Word]) -> Iterator[Word]:
    """By when they begin; none ends before that. With single blanks, and cut where longer than a line."""
    now = 0
    for word in sorted(words, key=lambda word: (word.start, word.end)):
        text = " ".join(word.text.split())
        if not text:
            continue
        start, end = max(now, word.start), max(now, word.start, word.end)
        blank = " " if word.text[0].isspace() else ""
        pieces = pieces_of(text)
        for number, piece in enumerate(pieces):
            begins = start + (end - start) * number // len(pieces)
            until = start + (end - start) * (number + 1) // len(pieces)
            yield Word(begins, until, piece if number else blank + piece)
            now = begins


def _spread(start: int, end: int, text: str) -> Iterator[Word]:
    """The words of a text, each with its share of the time."""
    words = words_of(text)
    letters = max(1, sum(map(width_of, words)))
    passed = 0
    for word in words:
        begins = start + (end - start) * passed // letters
        passed += width_of(word)
        yield Word(begins, start + (end - start) * passed // letters, word)


class _Chosen:
    """Where cues break: of all ways to do it the one with the least that is to be avoided."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._words = words
        self._lines = Lines([Part(word.text.strip(), word.text[0] == " ") for word in words])
        pauses = [max(0, after.start - before.end) for before, after in pairwise(words)]
        self._breaks = [_break(word, pause) for word, pause in zip(words, pauses, strict=False)]
        self._silent = [pause >= SILENCE for pause in pauses]

    def cues_within(self, cue: Cue) -> Iterator[Cue]:
        """One at the time of this cue, if all fits into it."""
        if self._lines.fit(0, len(self._words)):
            yield replace(cue, text=self._lines.text(0, len(self._words)))
        else:
            yield from self.cues()

    def cues(self) -> Iterator[Cue]:
        """Each from its first word to its last."""
        for first, end in self._spans():
            yield Cue(self._words[first].start, self._words[end - 1].end, self._lines.text(first, end))

    def _spans(self) -> list[tuple[int, int]]:
        # For each number of words: how bad the best way is to break so many, and where its last cue begins.
        best, begins = [0.0], [0]
        for end in range(1, len(self._words) + 1):
            ways = [(best[first] + worth, -first) for first, worth in self._cues_until(end)]
            cost, first = min(ways)
            best.append(cost + (self._breaks[end - 1] if end < len(self._words) else 0))
            begins.append(-first)
        return _backwards(begins)

    def _cues_until(self, end: int) -> Iterator[tuple[int, float]]:
        """Cues that can end there, by where they begin, and what is bad in each."""
        crossed = 0.0
        for first in range(end - 1, -1, -1):
            if first < end - 1:
                if self._silent[first] or not self._may_be_one(first, end):
                    return
                crossed += ACROSS_SENTENCES if self._breaks[first] == 0 else 0
            yield first, A_CUE + crossed + self._haste(first, end)

    def _may_be_one(self, first: int, end: int) -> bool:
        lasts = self._words[end - 1].end - self._words[first].start
        return lasts <= LONGEST and self._lines.fit(first, end)

    def _haste(self, first: int, end: int) -> float:
        if end == len(self._words):
            return 0.0
        wanted = max(SHORTEST, 1000 * self._lines.width(first, end) // A_SECOND)
        until = max(self._words[end - 1].end, self._words[end].start - GAP)
        return TOO_FAST * max(0, wanted - (until - self._words[first].start))


def _break(word: Word, pause: int) -> float:
    if pause >= PAUSE or (SENTENCE_END.search(word.text) and not ABBREVIATION.search(word.text)):
        return 0.0
    return AFTER_CLAUSE if pause >= BREATH or CLAUSE_END.search(word.text) else ANYWHERE


def _backwards(begins: Sequence[int]) -> list[tuple[int, int]]:
    spans, end = [], len(begins) - 1
    while end:
        spans.append((begins[end], end))
        end = begins[end]
    return spans[::-1]


def _timed(spoken: Iterable[Cue]) -> Iterator[Cue]:
    """Shown as long as they take to be read, as far as the following ones let them."""
    cues, free = list(spoken), 0
    for number, cue in enumerate(cues):
        start = max(cue.start, free)
        wanted = min(max(cue.end, start + needed(cue.text)), start + LONGEST)
        if number + 1 < len(cues):
            following = cues[number + 1].start
            # Said to the end beside the next one's beginning, it gives way; read to the end, it may keep it.
            wanted = min(wanted, max(following, min(start + needed(cue.text), following + LATE)) - GAP)
        end = max(wanted, start + LEAST)
        yield replace(cue, start=start, end=end)
        free = end + GAP
