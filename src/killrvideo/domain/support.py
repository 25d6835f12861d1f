"""Whether a passage says what a written sentence says: nothing that a model writes is believed unchecked.

Words are compared, not meanings. So much is lost that is true: what is put in another order, in the passive,
with "no" elsewhere, or together from two sentences. And some passes that is not: one telling word in four may
be another, its opposite too ("slow" for "fast"); a condition outside of the repeated words may be left out
("unless ..."); and nobody knows whom "it" or "they" stand for.
"""

import re
from collections.abc import Iterator, Sequence
from unicodedata import normalize

from killrvideo.domain.questions import DIGITS, NUMBER, has_word, same_word
from killrvideo.domain.sentences import sentences_of
from killrvideo.domain.web_addresses import points_elsewhere
from killrvideo.domain.words import STOP_WORDS, WORD

CLAIMS_MOST = 5
"""Sentences of an answer that are looked at."""
SHARE = 0.7
"""Of the telling words of a sentence, which one of its passage has to have."""
LEAST = 2
"""Telling words of anything that is said at all."""
SIMILAR = 0.55
"""The packaged model's cosine with one of the passage's sentences that it has to reach."""
MARKER = re.compile(r"\[(\d{1,2})\]")
MARKS_BEHIND = re.compile(r"([.!?\u2026])((?:\s*\[\d{1,2}\])+)")
ASKS = re.compile(r"\?[\W_]*$")

NOT = "not"
NEGATED = re.compile(
    r"\b(?:\w+n['\u2019]t|cannot|(?:ca|do|does|did|is|are|was|were|has|have|could|should|wo|would)nt)\b"
)
DENYING = """
barely hardly never neither no nobody none nor not nothing nowhere rarely scarcely seldom without
"""
NEGATIONS = frozenset(DENYING.split())
RELATING = """
above after all before below by down every few fewer from if least less more most not off on only out over
some than under unless until up with
"""
TURNING = frozenset(RELATING.split())
"""Words that turn what is said by where they stand, or by being there at all."""
SINGLE = frozenset({"one", "once"})

Claim = tuple[str, tuple[int, ...]]
"""A sentence, and the numbers of the passages that it is said to be from, from 1."""


def claims_in(text: str) -> list[Claim]:
    """The first sentences that end with marks such as ``[1]`` or ``[2][3]``, without the marks, each once."""
    together = MARKS_BEHIND.sub(lambda found: f"{found[2].strip()}{found[1]}", " ".join(text.split()))
    found = [(sentence, MARKER.findall(sentence)) for sentence in sentences_of(together)]
    claims: dict[str, tuple[int, ...]] = {}
    for sentence, marks in found:
        if marks:
            text = " ".join(MARKER.sub("", sentence).split()).replace(" .", ".")
            claims[text] = tuple(dict.fromkeys((*claims.get(text, ()), *map(int, marks))))
    return list(claims.items())[:CLAIMS_MOST]


def said_by(sentence: str, passage: str) -> bool:
    """Whether one sentence of the passage has the words of this one in the same order: every number and name,
    most other telling words, and the same words that turn the meaning, "not" above all. What sends a reader
    elsewhere is not repeated, whoever says it.
    """
    return not points_elsewhere(sentence) and any(_says(one, sentence) for one in _statements(passage))


def _statements(passage: str) -> Iterator[str]:
    """Its sentences; a question states nothing."""
    for line in passage.splitlines():
        yield from (sentence for sentence in sentences_of(line) if not ASKS.search(sentence))


def _says(stated: str, claimed: str) -> bool:
    return (
        _numbers_of(claimed) <= _numbers_of(stated)
        and all(has_word(name, WORD.findall(stated.lower())) for name in _names_of(claimed))
        and _follows(_steps(claimed), _steps(stated))
    )


def _follows(claimed: Sequence[str], stated: Sequence[str]) -> bool:
    """Whether the claim goes the way of what is stated, or a part of it."""
    shared = [word for word in claimed if any(_same(word, other) for other in stated)]
    telling = [word for word in claimed if word not in TURNING]
    told = sum(word not in TURNING for word in shared)
    part = _part_with(shared, stated)
    return (
        part is not None
        and claimed.count(NOT) == stated.count(NOT)
        and told >= max(LEAST, SHARE * len(telling))
        and _turns(claimed) == _turns(part)
    )


def _part_with(words: Sequence[str], stated: Sequence[str]) -> Sequence[str] | None:
    """From the first of the words to the last; None where they come in another order."""
    first, behind = None, 0
    for word in words:
        place = next((at for at in range(behind, len(stated)) if _same(word, stated[at])), None)
        if place is None:
            return None
        first, behind = place if first is None else first, place + 1
    return stated[first or 0 : behind]


def _turns(words: Sequence[str]) -> list[str]:
    return [word for word in words if word in TURNING]


def _same(one: str, other: str) -> bool:
    is_exact = one in TURNING or other in TURNING or one.isdigit()
    return one == other or (not is_exact and same_word(one, other))


def _steps(text: str) -> list[str]:
    """Its words that tell or turn something, as they come; every negation is the same."""
    words = WORD.findall(NEGATED.sub(f" {NOT} ", normalize("NFC", text).lower()))
    found = (NOT if word in NEGATIONS else word for word in words)
    return [word for word in found if word in TURNING or word not in STOP_WORDS]


def _numbers_of(text: str) -> set[str]:
    spelled = {found[0].lower() for found in NUMBER.finditer(text)} | SINGLE.intersection(
        WORD.findall(text.lower())
    )
    return {*DIGITS.findall(text), *(word for word in spelled if not word.isdigit())}


def _names_of(sentence: str) -> list[str]:
    """Words with a capital; the first one only if it is no word that any sentence begins with."""
    capital = [word for word in WORD.finditer(sentence) if any(map(str.isupper, word[0]))]
    return [word[0].lower() for word in capital if word.start() or word[0].lower() not in STOP_WORDS]
