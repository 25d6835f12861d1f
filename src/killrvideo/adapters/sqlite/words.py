"""What a reader typed, as words, and the words as an FTS5 expression that cannot fail."""

import re
from collections.abc import Sequence
from unicodedata import normalize

WORD = re.compile(r"[^\W_]+")
WORDS_MOST = 16
"""Words of a query that count; the rest of a pasted page would only cost time."""

IN_NEARLY_EVERY_TEXT = """
a about all also am an and any are as at be been but by can could did do does for from get had has have
he her here him his how i if in into is it its just like ll me more my no not of on or our out re s she
so some t than that the their them then there these they this those to too up us ve was we were what
when where which who why will with would you your
"""
STOP_WORDS = frozenset(IN_NEARLY_EVERY_TEXT.split())
"""English words that tell nothing apart."""


def words_of(text: str) -> tuple[str, ...]:
    """The telling words, each once, as they come; stop-words only where there is nothing else."""
    found = dict.fromkeys(WORD.findall(normalize("NFC", text).lower()))
    return tuple(word for word in found if word not in STOP_WORDS) or tuple(found)


def terms_of(words: Sequence[str]) -> tuple[str, ...]:
    """Each word as an FTS5 phrase."""
    return tuple(f'"{word}"' for word in words[:WORDS_MOST])


def still_typing(terms: Sequence[str]) -> tuple[str, ...]:
    """The terms, of which the last also stands for longer words that begin so."""
    *others, last = terms
    return (*others, f"({last} OR {last}*)")


def every(terms: Sequence[str]) -> str:
    """Matches what has all of the terms."""
    return " AND ".join(terms)


def some(terms: Sequence[str]) -> str:
    """Matches what has at least one of the terms."""
    return " OR ".join(terms)
