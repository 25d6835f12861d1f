"""Answering questions from what videos say: passages are found by words and by meaning, and quoted.

A model may write the answer; each of its sentences is checked against the passages that it refers to, and
what they do not say is dropped. Whatever passages tell a model to do, it is shown no others than those that
the public may see, and cannot quote others.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from killrvideo.domain.answers import (
    WITH_MODEL,
    WORD_BY_WORD,
    WORDS_ALONE,
    Answer,
    AnswerSentence,
    Candidate,
    Scale,
    Source,
    Written,
    cosine,
    cosines_count,
    quoted,
)
from killrvideo.domain.comparisons import Comparison
from killrvideo.domain.errors import ModelUnavailable
from killrvideo.domain.questions import Asked
from killrvideo.domain.search import SearchFilter, clean_query
from killrvideo.domain.support import SIMILAR, Claim, claims_in, said_by
from killrvideo.domain.weighing import Vector, Weighing, compared_texts_of, texts_of, words_around
from killrvideo.service_interfaces.language import AnswerWriter, Purpose, TextComparer
from killrvideo.service_interfaces.passage_finding import PassageFinder

READ_MOST = 15
"""Passages whose sentences are compared with the question."""
SHOWN_MOST = 5
"""Passages that a model is shown, and a reader may look at."""
NOTHING_FOUND = "No video says anything about this."
NOT_ANSWERED = "Some videos are about this, but none of them says what is asked."


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that speaks for and against answers to one question."""

    sources: Sequence[Source]
    candidates: Sequence[Candidate]
    is_makeshift: bool


class Answers:
    def __init__(
        self,
        passages: PassageFinder,
        writer: AnswerWriter | None = None,
        comparer: TextComparer | None = None,
    ) -> None:
        self._passages = passages
        self._embedder = passages.embedder
        self._writer = writer
        self._comparer = comparer

    async def ask(self, question: str, chosen: SearchFilter) -> Answer:
        """Sentences that answer the question, or none and a reason. Raises InvalidText."""
        asked = clean_query(question)
        evidence = await self.evidence(asked, chosen)
        answer = Answer(
            sentences=quoted(evidence.candidates),
            found=tuple(evidence.sources[:SHOWN_MOST]),
            is_makeshift=evidence.is_makeshift,
        )
        if not answer.sentences:
            return replace(answer, reason=NOT_ANSWERED if evidence.sources else NOTHING_FOUND)
        return answer if self._writer is None else await self._written(self._writer, asked, answer)

    async def evidence(self, question: str, chosen: SearchFilter) -> Evidence:
        """What was found for a question, and how well each sentence answers it."""
        found = await self._passages.find(question, chosen)
        sources, vector = found.sources, found.vector
        asked = Asked(question, [words_around(source) for source in sources])
        similarities = {hit.passage: hit.score for hit in found.hits.by_meaning}
        read = sources[:READ_MOST]
        compared = await self._compared(question, read) if vector else {}
        known: Mapping[str, Vector] = {text: one.vector for text, one in compared.items()}
        if vector and not compared:
            known = await self._known([text for source in read for text in texts_of(source.passage)])
        weighing = Weighing(asked, vector, similarities, known, compared, _scale(compared, known))
        candidates = [one for source in read for one in weighing.candidates(source)]
        lacks_vectors = not known and (self._compares or not vector)
        return Evidence(sources, candidates, is_makeshift=lacks_vectors and bool(sources))

    async def _written(self, writer: AnswerWriter, question: str, answer: Answer) -> Answer:
        """The model's answer as far as it can be shown to be true, or else the quoted one."""
        shown = list(dict.fromkeys((*(one.sources[0] for one in answer.sentences), *answer.found)))
        texts = [f"{source.video.title}\n{source.passage.text}" for source in shown]
        try:
            claims = claims_in(await writer.write(question, texts))
        except ModelUnavailable:
            return replace(answer, is_makeshift=True)
        sentences = await self._checked(claims, shown)
        return replace(answer, sentences=sentences, written=Written.GENERATED) if sentences else answer

    async def _checked(self, claims: Sequence[Claim], shown: Sequence[Source]) -> tuple[AnswerSentence, ...]:
        """Each with those of the passages that it refers to which say it by themselves; without any it is
        left out. Where a model compares them, it is asked once, for all.
        """
        said = [(sentence, _saying(sentence, numbers, shown)) for sentence, numbers in claims]
        known = await self._known([text for sentence, sources in said for text in _texts(sentence, sources)])
        near = [
            (sentence, tuple(source for source in sources if _is_near(sentence, source, known)))
            for sentence, sources in said
        ]
        return tuple(AnswerSentence(sentence, sources) for sentence, sources in near if sources)

    @property
    def _compares(self) -> bool:
        """Whether the model's cosines count."""
        return cosines_count(self._embedder.name)

    async def _compared(self, question: str, sources: Sequence[Source]) -> Mapping[str, Comparison]:
        """What is read, beside the question; none where nothing compares them, or not in time."""
        once = list(dict.fromkeys(text for source in sources for text in compared_texts_of(source)))
        if self._comparer is None or not once or not cosines_count(self._comparer.name):
            return {}
        try:
            async with asyncio.timeout(self._embedder.seconds):
                alike = await self._comparer.compare(question, once)
        except (TimeoutError, ModelUnavailable):
            return {}
        return dict(zip(once, alike, strict=True))

    async def _known(self, texts: Sequence[str]) -> Mapping[str, Vector]:
        """The vectors of the texts; none where they do not count, or no model answers in time."""
        once = list(dict.fromkeys(texts)) if self._compares else []
        vectors = await self._embedder.vectors(once, Purpose.DOCUMENT) if once else ()
        return dict(zip(once, vectors, strict=True)) if vectors else {}


def _scale(compared: Mapping[str, Comparison], known: Mapping[str, Vector]) -> Scale:
    if compared:
        return WORD_BY_WORD
    return WITH_MODEL if known else WORDS_ALONE


def _saying(sentence: str, numbers: Sequence[int], shown: Sequence[Source]) -> list[Source]:
    cited = [shown[number - 1] for number in numbers if 1 <= number <= len(shown)]
    return [one for one in cited if said_by(sentence, f"{one.video.title}\n{one.passage.text}")]


def _texts(sentence: str, sources: Sequence[Source]) -> list[str]:
    passages = [text for source in sources for text in texts_of(source.passage)]
    return [sentence, *passages] if sources else []


def _is_near(sentence: str, source: Source, known: Mapping[str, Vector]) -> bool:
    """Where no model says otherwise."""
    towards = [known[text] for text in texts_of(source.passage)] if known else []
    return not towards or max(cosine(known[sentence], one) for one in towards) >= SIMILAR
