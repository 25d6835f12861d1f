"""Sentiment by what a text is about as a whole, and by its words: negation and irony are in the vector.

Names, peoples, countries and pronouns are taken out before, so that no comment sounds better or worse for who
it is about.
"""

import asyncio
from collections.abc import Sequence

from killrvideo.adapters.language.sentiment.head import Head, packaged_head
from killrvideo.adapters.language.sentiment.identities import Identities
from killrvideo.adapters.language.sentiment.vader import VaderSentiment
from killrvideo.domain.errors import ModelUnavailable
from killrvideo.service_interfaces.language import EmbeddingModel, Purpose


class TrainedSentiment:
    """Keeps SentimentModel. Without its embedding model it answers by VADER alone."""

    def __init__(self, model: EmbeddingModel, vader: VaderSentiment, head: Head | None = None) -> None:
        """``model`` is the one that the head was trained with."""
        self._model = model
        self._vader = vader
        self._head = head or packaged_head()
        self._identities = Identities(frozenset(self._head.openers), vader.words)

    @property
    def name(self) -> str:
        return self._head.name

    async def score(self, text: str) -> float:
        prepared = Prepared(self._identities, self._vader)
        cleaned, proportions = await asyncio.to_thread(prepared.of, text)
        try:
            [vector] = await self._model.embed([cleaned], Purpose.DOCUMENT)
        except ModelUnavailable:
            return await self._vader.score(text)
        return round(self._head.score([*vector, *proportions]), 4)


class Prepared:
    """What the head weighs beside the vector, and what the vector is made of."""

    def __init__(self, identities: Identities, vader: VaderSentiment) -> None:
        self._identities = identities
        self._vader = vader

    def of(self, text: str) -> tuple[str, Sequence[float]]:
        """The text without identities, and VADER's proportions of it."""
        cleaned = self._identities.taken_out(text)
        return cleaned, self._vader.proportions(cleaned)
