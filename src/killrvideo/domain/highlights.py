"""Passages of a text with the found words marked, safe to put into a page."""

import html
import re
from collections.abc import Iterator, Sequence

OPEN, CLOSE = "<mark>", "</mark>"
LEFT_OUT = "…"
TITLE_WORDS = 64
DESCRIPTION_WORDS = 24
"""Words that a passage has at most."""

SENTENCE = re.compile(r".*?[.!?](?=\s|$)|[^\n]*", re.DOTALL)
"""The first one, or the first line of what has none."""

Span = tuple[int, int]
"""Where a word begins in the text, and where it ends."""


def passage(text: str, words: Sequence[Span], found: Sequence[int], most: int) -> str | None:
    """The part of the text, ``most`` words at most, that has the most of the found words, HTML-escaped.

    ``words`` are all words of the text, ``found`` the numbers of those to be marked. None where nothing is.
    """
    if not found:
        return None
    first, behind = _window(len(words), found, most)
    start = 0 if first == 0 else words[first][0]
    end = len(text) if behind == len(words) else words[behind - 1][1]
    marked = [words[number] for number in found if first <= number < behind]
    return "".join(
        (LEFT_OUT if first else "", *_marked(text, start, end, marked), LEFT_OUT if end < len(text) else "")
    )


def opening(text: str, most: int = DESCRIPTION_WORDS) -> str:
    """How the text begins: its first sentence, ``most`` words at most, HTML-escaped. Nothing is marked."""
    sentence = SENTENCE.match(text.strip())
    words = (sentence[0] if sentence else text).split()
    return html.escape(" ".join(words[:most])) + (LEFT_OUT if len(words) > most else "")


def _window(words: int, found: Sequence[int], most: int) -> Span:
    """The ``most`` words in a row that hold the most found ones, these about in the middle."""
    if words <= most:
        return 0, words
    held = [sum(first <= number < first + most for number in found) for first in found]
    first = found[held.index(max(held))]
    last = max(number for number in found if number < first + most)
    start = min(max(0, first - (most - (last - first + 1)) // 2), words - most)
    return start, start + most


def _marked(text: str, start: int, end: int, marked: Sequence[Span]) -> Iterator[str]:
    for word_start, word_end in marked:
        yield html.escape(text[start:word_start])
        yield f"{OPEN}{html.escape(text[word_start:word_end])}{CLOSE}"
        start = word_end
    yield html.escape(text[start:end])
