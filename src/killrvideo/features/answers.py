"""Answering questions from what videos say: passages are found by words and by meaning, and quoted.

A model may write the answer; each of its sentences is checked against the passages that it refers to, and
what they do not say is dropped. Whatever passages tell a model to do, it is shown no others than those that
the public may see, and cannot quote others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from killrvideo.domain.answers import (
    WITH_MODEL,
    WORDS_ALONE,
    Answer,
    AnswerSentence,
    Candidate,
    Scale,
    Source,
    Written,
    cosine,
    quoted,
)
from killrvideo.domain.errors import ModelUnavailable
from killrvideo.domain.questions import Asked
from killrvideo.domain.search import SearchFilter, clean_query
from killrvideo.domain.support import SIMILAR, claims_in, said_by
from killrvideo.domain.weighing import Weighing, texts_of, words_around
from killrvideo.features.passage_search import PassageSearch
from killrvideo.service_interfaces.language import AnswerWriter, Purpose

READ_MOST = 10
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
        passages: PassageSearch,
        writer: AnswerWriter | None = None,
        *,
        with_model: Scale = WITH_MODEL,
        words_alone: Scale = WORDS_ALONE,
    ) -> None:
        self._passages = passages
        self._embedder = passages.embedder
        self._writer = writer
        self._with_model = with_model
        self._words_alone = words_alone

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
        texts = [text for source in read for text in texts_of(source.passage)] if vector else []
        embedded = await self._embedder.vectors(texts, Purpose.DOCUMENT) if texts else ()
        known = dict(zip(texts, embedded, strict=True)) if embedded else {}
        scale = self._with_model if known else self._words_alone
        weighing = Weighing(asked, vector, similarities, known, scale)
        candidates = [one for source in read for one in weighing.candidates(source)]
        return Evidence(sources, candidates, is_makeshift=not known and bool(sources))

    async def _written(self, writer: AnswerWriter, question: str, answer: Answer) -> Answer:
        """The model's answer as far as it can be shown to be true, or else the quoted one."""
        shown = list(dict.fromkeys((*(one.sources[0] for one in answer.sentences), *answer.found)))
        texts = [f"{source.video.title}\n{source.passage.text}" for source in shown]
        try:
            claims = claims_in(await writer.write(question, texts))
        except ModelUnavailable:
            return replace(answer, is_makeshift=True)
        checked = [await self._checked(sentence, numbers, shown) for sentence, numbers in claims]
        sentences = tuple(one for one in checked if one is not None)
        return replace(answer, sentences=sentences, written=Written.GENERATED) if sentences else answer

    async def _checked(
        self, sentence: str, numbers: Sequence[int], shown: Sequence[Source]
    ) -> AnswerSentence | None:
        """With those of the passages that it refers to which say it, each by itself; None without any."""
        cited = [shown[number - 1] for number in numbers if 1 <= number <= len(shown)]
        saying = [one for one in cited if said_by(sentence, f"{one.video.title}\n{one.passage.text}")]
        sources = [one for one in saying if await self._is_near(sentence, one)]
        return AnswerSentence(sentence, tuple(sources)) if sources else None

    async def _is_near(self, sentence: str, source: Source) -> bool:
        """Where no model says otherwise."""
        texts = [sentence, *texts_of(source.passage)]
        vectors = await self._embedder.vectors(texts, Purpose.DOCUMENT)
        return not vectors or max(cosine(vectors[0], other) for other in vectors[1:]) >= SIMILAR
