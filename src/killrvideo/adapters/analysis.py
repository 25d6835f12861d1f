"""A text as the terms it is found by: lower case, without diacritics, English endings taken off.

It is FTS5's own analyser, with the settings of the embedded index, so that another index finds the same.
"""

import html
from collections.abc import Sequence
from typing import cast

import apsw

from killrvideo.domain.highlights import DESCRIPTION_WORDS, TITLE_WORDS, Span, passage
from killrvideo.domain.videos import Video

TERM_LONGEST = 64
"""Characters. What is longer is no word, and indexes refuse terms of some thousand."""

UNICODE = ["unicode61", "remove_diacritics", "2"]
_ASKED = apsw.Connection(":memory:")
_FOLDS = _ASKED.fts5_tokenizer(UNICODE[0], UNICODE[1:])
_STEMS = _ASKED.fts5_tokenizer("porter", UNICODE)


def stems_of(text: str) -> list[str]:
    """The stem of each word, as they come."""
    return _terms(_STEMS, text)


def folded(text: str) -> list[str]:
    """Each word without capitals and diacritics, but with its ending."""
    return _terms(_FOLDS, text)


def highlights(video: Video, stems: frozenset[str], beginning: str | None) -> tuple[str, ...]:
    """Passages of title and description with the words of these stems, or that begin so, marked."""
    passages = (
        _passage(text, stems, beginning, most)
        for text, most in ((video.title, TITLE_WORDS), (video.description or "", DESCRIPTION_WORDS))
    )
    return tuple(found for found in passages if found)


def marked(text: str, stems: frozenset[str], beginning: str | None) -> str:
    """All of the text, with the same words marked."""
    return _passage(text, stems, beginning, len(text)) or html.escape(text)


def _passage(text: str, stems: frozenset[str], beginning: str | None, most: int) -> str | None:
    encoded = text.encode()
    found = cast("list[tuple[int, int, str]]", _STEMS(encoded, apsw.FTS5_TOKENIZE_DOCUMENT, None))
    begun = () if beginning is None else folded(text)
    marked = {number for number, (_, _, stem) in enumerate(found) if stem[:TERM_LONGEST] in stems}
    marked |= {number for number, word in enumerate(begun) if word.startswith(beginning or "")}
    if not marked:
        return None
    return passage(text, _spans(encoded, found), sorted(marked), most)


def _spans(encoded: bytes, found: Sequence[tuple[int, int, str]]) -> list[Span]:
    """Where each word is, in characters: the analyser counts bytes."""
    spans: list[Span] = []
    read, characters = 0, 0
    for first, behind, _ in found:
        start = characters + len(encoded[read:first].decode())
        characters = start + len(encoded[first:behind].decode())
        read = behind
        spans.append((start, characters))
    return spans


def _terms(analyser: apsw.FTS5Tokenizer, text: str) -> list[str]:
    found = analyser(
        text.encode(), apsw.FTS5_TOKENIZE_DOCUMENT, None, include_offsets=False, include_colocated=False
    )
    return [term[:TERM_LONGEST] for term in cast("list[str]", found)]
