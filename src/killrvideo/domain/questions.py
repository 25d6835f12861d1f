"""A question: which of its words tell what it is about, and what kind of thing it asks for."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import log

from killrvideo.domain.words import WORDS_MOST, words_of

IN_MANY_QUESTIONS = """
actually away become becomes besides between big call called come comes day difference different exactly
example first function get gets give gives go goes happen happened happens have having help helps keep
keeps kept kind know large last least less let lets long lot made make makes many mean means most much
name need needs new number often one other others part parts put puts really said same say says show shows
small sort take taken takes tell tells thing things time two type use used useful uses using want way ways
work working works year
"""
ASKING = frozenset(IN_MANY_QUESTIONS.split())
"""Words that say how something is asked, more than what."""
ASKING_WEIGHS = 0.25
ALIKE, LEFT_OF_ONE, LEFT_OF_OTHER = 4, 3, 4
"""Letters that two forms of one word have in common at least, and what either may have behind them."""

DIGITS = re.compile(r"\d[\d.,]*\d|\d")
NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundred|thousand|million|billion|half|twice)\b",
    re.IGNORECASE,
)
REPETITION = re.compile(r"\b(?:every|once|twice|times|hourly|daily|nightly|weekly)\b", re.IGNORECASE)
MONEY = re.compile(r"[$€£]|\b(?:dollars?|euros?|cents?|free|price)\b", re.IGNORECASE)
HOW_OFTEN = re.compile(r"how often\b", re.IGNORECASE)
PRICE = re.compile(r"\b(?:costs?|price)\b", re.IGNORECASE)
HOW_LONG = re.compile(
    r"(?:for |after )?how (?:long|many (?:(?:milli|micro)?second|minute|hour|day|week|month|year)s)\b",
    re.IGNORECASE,
)
DURATION = re.compile(r"\b(?:(?:milli|micro)?second|minute|hour|day|week|month|year)s?\b", re.IGNORECASE)
WHY = re.compile(r"why\b", re.IGNORECASE)
REASON = re.compile(
    r"\b(?:because|since|so that|as|due|otherwise|or else|therefore|hence)\b|:", re.IGNORECASE
)
QUANTITY = re.compile(
    r"how (?:many|much|long|large|tall|small|fast|big|high)\b"
    r"|(?:in|at|on|since|until) (?:which|what) (?:year|time|date|day|age|version|port)\b"
    r"|when (?:was|were|will)\b"
    r"|(?:what|which) (?:is|are|was) the (?:number|maximum|minimum|size|length)\b"
    r"|(?:what|which) (?:port|year|version|number)\b",
    re.IGNORECASE,
)


def same_word(one: str, other: str) -> bool:
    """Whether they look like forms of one word."""
    if one == other:
        return True
    common = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return common >= ALIKE and len(one) - common <= LEFT_OF_ONE and len(other) - common <= LEFT_OF_OTHER


def has_word(word: str, among: Iterable[str]) -> bool:
    return any(same_word(word, other) for other in among)


class Asked:
    """A question among the texts that were found for it: what all of them have tells little."""

    def __init__(self, question: str, texts: Sequence[Collection[str]]) -> None:
        """``texts`` are the words of each."""
        self.question = question
        self.weights: Mapping[str, float] = {
            word: (ASKING_WEIGHS if word in ASKING else 1)
            * log(1 + len(texts) / (0.5 + sum(has_word(word, text) for text in texts)))
            for word in words_of(question)[:WORDS_MOST]
        }

    def share_in(self, words: Collection[str]) -> float:
        """How much of what the question is about is among the words, from 0 to 1."""
        every = sum(self.weights.values())
        told = sum(weight for word, weight in self.weights.items() if has_word(word, words))
        return told / every if every else 0.0

    def fits_kind(self, sentence: str) -> int:
        """1 where the sentence has the kind of thing that is asked for, -1 where it lacks it, 0 if any will
        do. What the question itself says, numbers above all, is no answer to it.
        """
        said = frozenset(DIGITS.findall(self.question))
        rest = DIGITS.sub(lambda found: "" if found[0] in said else found[0], sentence)
        if HOW_OFTEN.match(self.question):
            return 1 if REPETITION.search(rest) else -1
        if HOW_LONG.match(self.question):
            return 1 if NUMBER.search(rest) and DURATION.search(rest) else -1
        if PRICE.search(self.question):
            return 0 if MONEY.search(rest) else -1
        if WHY.match(self.question):
            return 1 if REASON.search(rest) else -1
        if QUANTITY.match(self.question):
            return 1 if NUMBER.search(rest) else -1
        return 0
