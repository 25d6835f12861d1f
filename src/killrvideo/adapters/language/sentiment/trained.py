"""Sentiment by what a text is about as a whole, and by its words: negation and irony are in the vector.

Names, peoples, countries and pronouns are taken out before, so that no comment sounds better or worse for who
it is about.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Protocol

from killrvideo.adapters.language.sentiment.head import Head
from killrvideo.adapters.language.sentiment.identities import Identities
from killrvideo.adapters.language.sentiment.vader import VaderSentiment
from killrvideo.domain.errors import ModelUnavailable
from killrvideo.service_interfaces.language import EmbeddingModel, Purpose


class Network(Protocol):
    @property
    def head(self) -> Head: ...

    def score(self, features: Sequence[float]) -> float: ...


class Prepared:
    """What the head weighs beside the vector, and what the vector is made of."""

    def __init__(self, openers: Sequence[str], vader: VaderSentiment) -> None:
        self._identities = Identities(frozenset(openers), vader.words)
        self._vader = vader

    def of(self, text: str) -> tuple[str, Sequence[float]]:
        """The text without identities, and VADER's proportions of it."""
        cleaned = self._identities.taken_out(text)
        return cleaned, self._vader.proportions(cleaned)


class TrainedSentiment:
    """Keeps SentimentModel. Without its embedding model it answers by VADER alone."""

    def __init__(self, model: EmbeddingModel, vader: VaderSentiment, load: Callable[[], Network]) -> None:
        """``model`` is the one that the head was trained with; ``load`` is called with the first text."""
        self._model = model
        self._vader = vader
        self._load = load

    @property
    def name(self) -> str:
        return self._network.head.name

    async def score(self, text: str) -> float:
        cleaned, proportions = await asyncio.to_thread(self._prepare, text)
        try:
            [vector] = await self._model.embed([cleaned], Purpose.DOCUMENT)
        except ModelUnavailable:
            return await self._vader.score(text)
        return round(self._network.score([*vector, *proportions]), 4)

    def _prepare(self, text: str) -> tuple[str, Sequence[float]]:
        return self._prepared.of(text)

    @cached_property
    def _network(self) -> Network:
        return self._load()

    @cached_property
    def _prepared(self) -> Prepared:
        return Prepared(self._network.head.openers, self._vader)
