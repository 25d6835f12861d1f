"""Sentiment by what a text is about as a whole, and by its words: negation and irony are in the vector.
Without a vector, words alone decide.

Names, peoples, countries and pronouns are taken out before, so that no comment sounds better or worse for who
it is about.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Protocol

from killrvideo.adapters.language.sentiment.emoji import Emoji
from killrvideo.adapters.language.sentiment.head import packaged_head
from killrvideo.adapters.language.sentiment.identities import Identities
from killrvideo.adapters.language.sentiment.vader import VaderSentiment
from killrvideo.domain.errors import ModelUnavailable
from killrvideo.service_interfaces.language import WRITE_SECONDS, EmbeddingModel, Purpose

LATIN_LAST = "\u024f"
LATIN_MORE = frozenset(map(chr, range(0x1E00, 0x1F00)))
"""Those of Vietnamese among them."""


class Network(Protocol):
    def score(self, features: Sequence[float]) -> float: ...


class Prepared:
    """What the head weighs beside the vector, and what the vector is made of."""

    def __init__(self, openers: Sequence[str], vader: VaderSentiment) -> None:
        self._emoji = Emoji(vader.emoji)
        self._identities = Identities(frozenset(openers), vader.words)
        self._vader = vader

    def of(self, text: str) -> tuple[str, Sequence[float]]:
        """The text with words for its emoji and without identities, and VADER's proportions of it.

        Of a text that the model cannot read nothing is left but these.
        """
        spelled = self._emoji.spelled_out(text)
        cleaned = self._identities.taken_out(spelled)
        return cleaned if is_latin(spelled) else "", self._vader.proportions(cleaned)


class WordSentiment:
    """Keeps SentimentModel: by VADER, which does not learn either who a text is about."""

    name = "vader-without-identities"

    def __init__(self, vader: VaderSentiment) -> None:
        self._vader = vader

    async def score(self, text: str) -> float:
        _, proportions = await self.prepared(text)
        return by_words(proportions)

    async def prepared(self, text: str) -> tuple[str, Sequence[float]]:
        return await asyncio.to_thread(lambda: self._prepared.of(text))

    @cached_property
    def _prepared(self) -> Prepared:
        return Prepared(packaged_head().openers, self._vader)


class TrainedSentiment:
    """Keeps SentimentModel. Where its embedding model does not answer in time, or cannot read the letters,
    words alone decide.
    """

    def __init__(
        self,
        model: EmbeddingModel,
        words: WordSentiment,
        load: Callable[[], Network],
        *,
        seconds: float | None = WRITE_SECONDS,
    ) -> None:
        """``model`` is the one that the head was trained with; ``load`` is called with the first vector.
        ``seconds``: what the model has for a text; None for as long as it takes.
        """
        self._model = model
        self._words = words
        self._load = load
        self._seconds = seconds
        self._network: Network | None = None

    @property
    def name(self) -> str:
        return packaged_head().name

    async def score(self, text: str) -> float:
        cleaned, proportions = await self._words.prepared(text)
        if not cleaned:
            return by_words(proportions)
        try:
            async with asyncio.timeout(self._seconds):
                [vector] = await self._model.embed([cleaned], Purpose.DOCUMENT)
        except (TimeoutError, ModelUnavailable):
            return by_words(proportions)
        if self._network is None:
            self._network = await asyncio.to_thread(self._load)
        return round(self._network.score([*vector, *proportions]), 4)


def is_latin(text: str) -> bool:
    """Whether half of the letters or more are; of any others, and of none, the model knows nothing."""
    letters = [character for character in text if character.isalpha()]
    latin = sum(character <= LATIN_LAST or character in LATIN_MORE for character in letters)
    return 2 * latin >= max(1, len(letters))


def by_words(proportions: Sequence[float]) -> float:
    """VADER's score, which is the last of its proportions."""
    return round(proportions[-1], 4)
