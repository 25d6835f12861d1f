"""Whether a passage says what a written sentence says: nothing that a model writes is believed unchecked."""

import re

from killrvideo.domain.questions import DIGITS, NUMBER, has_word
from killrvideo.domain.sentences import sentences_of
from killrvideo.domain.words import STOP_WORDS, WORD, words_of

SHARE = 0.7
"""Of the telling words of a sentence, which its passage has to have."""
SIMILAR = 0.55
"""The cosine with one of the passage's sentences that it has to reach."""
MARKER = re.compile(r"\[(\d{1,2})\]")
MARKS_BEHIND = re.compile(r"([.!?\u2026])((?:\s*\[\d{1,2}\])+)")
NAME = re.compile(r"\b[^\W\d_]*[A-Z][\w.+#-]*")
POINTS_ELSEWHERE = re.compile(r"https?:|www\.|\S@\S|\b[\w-]+\.(?:com|net|org|io|example)\b", re.IGNORECASE)

Claim = tuple[str, tuple[int, ...]]
"""A sentence, and the numbers of the passages that it is said to be from, from 1."""


def claims_in(text: str) -> list[Claim]:
    """The sentences of an answer that end with marks such as ``[1]`` or ``[2][3]``, without the marks."""
    together = MARKS_BEHIND.sub(lambda found: f"{found[2].strip()}{found[1]}", " ".join(text.split()))
    found = [(sentence, MARKER.findall(sentence)) for sentence in sentences_of(together)]
    return [
        (" ".join(MARKER.sub("", sentence).split()).replace(" .", "."), tuple(dict.fromkeys(map(int, marks))))
        for sentence, marks in found
        if marks
    ]


def said_by(sentence: str, passage: str) -> bool:
    """Whether the words of the sentence are those of the passage: every number and name, and most others.
    What sends a reader elsewhere is not repeated, whoever says it.
    """
    words = {word.lower() for word in WORD.findall(passage)}
    return (
        not POINTS_ELSEWHERE.search(sentence)
        and _numbers_of(sentence) <= _numbers_of(passage)
        and all(has_word(name, words) for name in _names_of(sentence))
        and _share(sentence, words) >= SHARE
    )


def _numbers_of(text: str) -> set[str]:
    spelled = (found[0].lower() for found in NUMBER.finditer(text))
    return {*DIGITS.findall(text), *(word for word in spelled if not word.isdigit())}


def _names_of(sentence: str) -> list[str]:
    """Words with a capital; the first one only if it is no word that any sentence begins with."""
    found = [
        (name.start(), part.lower()) for name in NAME.finditer(sentence) for part in WORD.findall(name[0])
    ]
    return [part for start, part in found if start or part not in STOP_WORDS]


def _share(sentence: str, words: set[str]) -> float:
    telling = words_of(sentence)
    return sum(has_word(word, words) for word in telling) / len(telling) if telling else 0.0
