"""Words as an FTS5 expression that cannot fail."""

from collections.abc import Sequence

from killrvideo.domain.words import WORDS_MOST


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
