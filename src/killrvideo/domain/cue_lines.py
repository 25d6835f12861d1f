"""The lines of a cue: how long they may be, and where they break."""

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

LINE = 42
"""Columns of a line: a letter takes one, and a full-width one (of Chinese, Japanese, Korean) takes two."""
LINES = 2

WIDE = frozenset("WF")
UNSEEN = frozenset({"Mn", "Me", "Cf"})
"""Marks that stand on other letters take no column of their own."""


@dataclass(frozen=True, slots=True)
class Part:
    """What no line break divides: a word, or a piece of one that would fill more than a line."""

    text: str
    after_blank: bool

    def __str__(self) -> str:
        return f" {self.text}" if self.after_blank else self.text


def width_of(text: str) -> int:
    """Columns."""
    return sum(map(_columns, text))


def words_of(text: str) -> list[str]:
    """Each with the blank before it; a full-width letter is one by itself, since lines break beside it."""
    words: list[str] = []
    for chunk in text.split():
        begins = True
        for letter in chunk:
            is_wide = _columns(letter) > 1
            if begins or is_wide or _columns(words[-1][-1]) > 1:
                words.append(f" {letter}" if begins else letter)
            else:
                words[-1] += letter
            begins = False
    return words


def pieces_of(text: str) -> list[str]:
    """The text, cut where a line is full."""
    if width_of(text) <= LINE:
        return [text]
    pieces, width = [""], 0
    for letter in text:
        width += _columns(letter)
        if width > LINE:
            pieces.append("")
            width = _columns(letter)
        pieces[-1] += letter
    return pieces


class Lines:
    """Some parts in their order, and what of them fits into one cue. Answers take constant time."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._before = [0, *accumulate(width_of(str(part)) for part in parts)]
        self._reach = [self._end_of_line(first) for first in range(len(parts))]

    def fit(self, first: int, end: int) -> bool:
        """Whether the parts from ``first`` to before ``end`` fit into a cue."""
        for _ in range(LINES):
            if first < end:
                first = self._reach[first]
        return first >= end

    def width(self, first: int, end: int) -> int:
        """Columns of these parts in one line."""
        return self._before[end] - self._before[first] - self._parts[first].after_blank

    def text(self, first: int, end: int) -> str:
        """These parts as lines that are about equally long; for what fits."""
        if self._reach[first] >= end:
            return self._line(first, end)
        breaks = (at for at in range(first + 1, end) if self.fit_each(first, at, end))
        at = min(breaks, key=lambda at: abs(self.width(first, at) - self.width(at, end)))
        return f"{self._line(first, at)}\n{self._line(at, end)}"

    def fit_each(self, first: int, at: int, end: int) -> bool:
        """Whether those before ``at`` and those from there on fit into a line each."""
        return self._reach[first] >= at and self._reach[at] >= end

    def _line(self, first: int, end: int) -> str:
        return "".join(map(str, self._parts[first:end])).strip()

    def _end_of_line(self, first: int) -> int:
        room = self._before[first] + self._parts[first].after_blank + LINE
        return bisect_right(self._before, room) - 1


def _columns(letter: str) -> int:
    if unicodedata.category(letter) in UNSEEN:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in WIDE else 1
