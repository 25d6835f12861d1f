"""An embedding model for tests whose subject is not the model: texts that share words are near."""

import re
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from hashlib import blake2b
from math import sqrt

from killrvideo.domain.errors import ModelUnavailable
from killrvideo.service_interfaces.language import EmbeddingModel, Purpose

DIMENSION = 384
WORD = re.compile(r"\w+")


class WordHashEmbeddings:
    """Keeps EmbeddingModel. Each word is a direction of its own, and a text is the sum of its words."""

    def __init__(self, name: str = "word-hash-1") -> None:
        self.name = name
        self.dimension = DIMENSION
        self.away = False
        """While it is, nothing is embedded."""
        self.asked: list[tuple[str, ...]] = []
        """The texts of each call, first to last."""
        self.meanwhile: list[Callable[[], Awaitable[object]]] = []
        """Each happens once, while somebody waits for vectors."""

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> Sequence[Sequence[float]]:
        self.asked.append(tuple(texts))
        if self.away:
            raise ModelUnavailable
        if self.meanwhile:
            await self.meanwhile.pop()()
        return [vector_of(text) for text in texts]


class StandInModels:
    """Keeps EmbeddingModels."""

    def __init__(self, current: EmbeddingModel, *former: EmbeddingModel) -> None:
        self.current = current
        self.former = list(former)

    def named(self, name: str) -> EmbeddingModel | None:
        return next((model for model in (self.current, *self.former) if model.name == name), None)


def vector_of(text: str) -> list[float]:
    """Of length one, also for a text without words."""
    words = [_direction(word) for word in WORD.findall(text.casefold())] or [_direction("")]
    summed = [sum(parts) for parts in zip(*words, strict=True)]
    length = sqrt(sum(part * part for part in summed))
    return [part / length for part in summed]


@lru_cache(maxsize=10_000)
def _direction(word: str) -> list[int]:
    """Any two words' are nearly at right angles."""
    digest = blake2b(word.encode("utf-8", "surrogatepass"), digest_size=DIMENSION // 8).digest()
    bits = int.from_bytes(digest, "big")
    return [1 if bits >> place & 1 else -1 for place in range(DIMENSION)]
