"""A text as its sentences, each a part of it letter by letter."""

import re
from collections.abc import Iterator

LONGEST = 50
"""Words after which one that does not end is cut: captions that a machine made often have no full stop."""
LETTERS_A_WORD = 6
"""Where a script puts no blanks between words."""

CLOSING = "\"'\u201d\u2019)\\]\u00bb"
OPENING = "\"'\u201c\u2018("
STOP = r"[.!?\u2026]"
# Each run of stops is looked at once, and none of it is given back: long ones cost no more than their length.
END = re.compile(rf"(?<!{STOP}){STOP}++[{CLOSING}]*+(?=\s|$)|[\u3002\uff01\uff1f]++[\u300d\u300f\uff09]*+")
ABBREVIATION = re.compile(
    rf"(?:^|[\s{OPENING}])(?:(?i:e\.g|i\.e|vs|cf|dr|mr|mrs|ms|prof|fig|approx)|[A-Z])\.$"
)
LOOKED_AT = 12
"""Letters before a full stop that can be an abbreviation."""
WORD = re.compile(r"\S+")

Span = tuple[int, int]


def sentences_of(text: str) -> list[str]:
    return [text[start:end] for start, end in spans_of(text)]


def spans_of(text: str) -> Iterator[Span]:
    """Where each sentence begins and ends, blanks around it left out."""
    start = 0
    for found in END.finditer(text):
        if _goes_on(text, start, found.end()):
            continue
        yield from _pieces(text, start, found.end())
        start = found.end()
    yield from _pieces(text, start, len(text))


def length_of(text: str) -> int:
    """Words, about."""
    return max(len(text.split()), len(text) // (2 * LETTERS_A_WORD))


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether the stop belongs to an abbreviation, or the next word begins small."""
    following = text[end + 1 : end + 2] if text[end : end + 1].isspace() else ""
    before = text[max(start, end - LOOKED_AT) : end]
    return following.islower() or ABBREVIATION.search(before) is not None


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    words = [(start + word.start(), start + word.end()) for word in WORD.finditer(text[start:end])]
    for at in range(0, len(words), LONGEST):
        some = words[at : at + LONGEST]
        yield from _letters(some[0][0], some[-1][1])


def _letters(start: int, end: int) -> Iterator[Span]:
    """What has no blanks is cut by its letters."""
    most = 4 * LONGEST * LETTERS_A_WORD
    for at in range(start, end, most):
        yield at, min(at + most, end)
