"""What models say of texts."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from killrvideo.domain.comparisons import Comparison

WRITE_SECONDS = 2.0
"""What somebody who writes waits for models at most: the rest is made later, or done without."""


class Purpose(StrEnum):
    """What a text is embedded for: some models want to be told."""

    DOCUMENT = "document"
    QUERY = "query"


class EmbeddingModel(Protocol):
    @property
    def name(self) -> str:
        """Names the weights and their version: vectors of two names are never compared."""
        ...

    @property
    def dimension(self) -> int: ...

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> Sequence[Sequence[float]]:
        """What each text is about: vectors of length one, in the order of the texts. Texts that are longer
        than the model reads are cut. Raises ModelUnavailable.
        """
        ...


class TextComparer(Protocol):
    @property
    def name(self) -> str:
        """Of the model, as with its vectors."""
        ...

    async def compare(self, text: str, others: Sequence[str]) -> Sequence[Comparison]:
        """Each of the others beside the text, whose words are those that `WORD` finds. Raises
        ModelUnavailable.
        """
        ...


class EmbeddingModels(Protocol):
    @property
    def current(self) -> EmbeddingModel:
        """The one that new vectors are made with."""
        ...

    def named(self, name: str) -> EmbeddingModel | None:
        """The model of this name, for vectors that were made earlier; None if it is not to be had."""
        ...


class SentimentModel(Protocol):
    @property
    def name(self) -> str: ...

    async def score(self, text: str) -> float:
        """How the text sounds, from -1 (bad) to 1 (good)."""
        ...


class AnswerWriter(Protocol):
    async def write(self, question: str, passages: Sequence[str]) -> str:
        """An answer in whole sentences, each followed by the numbers of the passages that say it, as in
        ``[1]`` or ``[2][3]``; empty if they do not say it. Nothing of it is to be believed unchecked. Raises
        ModelUnavailable.
        """
        ...
