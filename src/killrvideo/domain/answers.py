"""Answers that are quoted: which sentences answer a question, and whether any does."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from operator import mul

from killrvideo.domain.passages import Passage
from killrvideo.domain.videos import Video

SENTENCES_MOST = 3
FALLS_BY = 0.5
"""How much less evident than the best one a further sentence of the answer may be."""
RANKS = 30
"""The larger, the less the first places of a ranking count more than the next ones."""
TOUCHES, REPEATS = 0.3, 0.9
"""The cosines between which it has to do with the best one, and is not the same once more."""
FITTED_TO = "all-minilm-l6-v2"
"""The model, by a part of its name in lower case, whose cosines all values here are for."""


class Written(StrEnum):
    EXTRACTED = "extracted"
    """Quoted word by word."""
    GENERATED = "generated"
    """Written by a model, and checked sentence by sentence."""


@dataclass(frozen=True, slots=True)
class Source:
    """A passage with its video as it is now."""

    passage: Passage
    video: Video


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    text: str
    sources: tuple[Source, ...]
    """Each says what the sentence says; at least one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    sentences: tuple[AnswerSentence, ...] = ()
    """Empty where nothing answers the question."""
    reason: str | None = None
    """Why there is no answer, in words."""
    written: Written = Written.EXTRACTED
    found: tuple[Source, ...] = ()
    """What was looked at, best first."""
    is_makeshift: bool = False
    """Whether a model that was to be asked did not answer."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a sentence as the answer. Without a model, cosines are 0."""

    sentence: float
    """Cosine of question and sentence."""
    context: float
    """The same with the sentence before or behind it, where that is nearer."""
    passage: float
    """Cosine of question and passage."""
    words: float
    """Share of the question's telling words in the sentence."""
    video: float
    """The same in passage, title, tags and description."""
    kind: int
    """Whether it has the kind of thing that is asked for."""
    found: float = 0.0
    """How near the words of the question are to some of the sentence: the mean of cosines. It and the next
    two are 0 where texts are not compared word by word."""
    told: float = 0.0
    """How near the words of the sentence are to some of the question."""
    around: float = 0.0
    """How near the telling words of the question are to some of title and passage: the mean of logarithms, so
    that one that is missing counts much."""

    @property
    def numbers(self) -> tuple[float, ...]:
        by_meaning = self.sentence, self.context, self.passage
        by_words = sqrt(self.words), self.video, float(self.kind)
        return *by_meaning, *by_words, self.found, self.told, self.around


@dataclass(frozen=True, slots=True)
class Scale:
    """How signs are weighed: as log odds of being right, above 0 for an answer.

    The values come from the development questions, by logistic regression with the packaged model: for
    texts compared word by word by evaluations/answer_scales.py. Those of the others are from before there
    were further questions; fitted to these anew, they answer no better in cross-validation.
    """

    weights: tuple[float, ...]
    least: float
    """What an answer has to weigh more than."""

    def evidence(self, signs: Signs) -> float:
        return float(sum(map(mul, self.weights, signs.numbers))) - self.least


WORD_BY_WORD = Scale((0.0, 0.0, 0.0, 0.0, 2.224, 1.411, 6.583, 6.803, 1.953), 6.951)
WITH_MODEL = Scale((0.476, 0.411, 0.243, 0.631, 0.629, 0.287, 0.0, 0.0, 0.0), 1.472)
"""Where a model has vectors of whole texts only."""
WORDS_ALONE = Scale((0.0, 0.0, 0.0, 0.624, 0.648, 0.371, 0.0, 0.0, 0.0), 1.005)


@dataclass(frozen=True, slots=True)
class Candidate:
    sentence: str
    source: Source
    signs: Signs
    evidence: float
    vector: Sequence[float] = ()


def quoted(candidates: Sequence[Candidate]) -> tuple[AnswerSentence, ...]:
    """The sentences that answer best, the best first; none if no evidence is above 0."""
    ranked = sorted((one for one in candidates if one.evidence > 0), key=_evidence, reverse=True)
    chosen: list[Candidate] = []
    for one in ranked:
        if len(chosen) < SENTENCES_MOST and (not chosen or _adds_to(chosen, one)):
            chosen.append(one)
    return tuple(AnswerSentence(one.sentence, (one.source,)) for one in chosen)


def _evidence(candidate: Candidate) -> float:
    return candidate.evidence


def _adds_to(chosen: Sequence[Candidate], one: Candidate) -> bool:
    if one.evidence < chosen[0].evidence - FALLS_BY or one.sentence in {other.sentence for other in chosen}:
        return False
    if not one.vector:
        return one.source.passage == chosen[0].source.passage
    near = [cosine(one.vector, other.vector) for other in chosen]
    return near[0] > TOUCHES and max(near) < REPEATS


def cosines_count(model: str) -> bool:
    """Whether the cosines of this model's vectors mean what they meant when the values were chosen. Those of
    other models lie elsewhere between 0 and 1, so that only their order tells something.
    """
    return FITTED_TO in model.lower()


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """Of two of length one."""
    return float(sum(map(mul, one, other)))


def merged(*rankings: Sequence[Passage]) -> list[Passage]:
    """One ranking of several, by the sum of reciprocal ranks."""
    scores: dict[Passage, float] = {}
    for ranking in rankings:
        for place, passage in enumerate(ranking):
            scores[passage] = scores.get(passage, 0) + 1 / (RANKS + place)
    return sorted(scores, key=lambda passage: -scores[passage])
