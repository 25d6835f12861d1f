"""Embeddings that an endpoint makes, in the manner of OpenAI's API."""

import asyncio
from array import array
from collections.abc import Mapping, Sequence
from math import fsum, sqrt

import structlog
from pydantic import BaseModel, ConfigDict, FiniteFloat

from killrvideo.adapters.language.embeddings.files import Vector
from killrvideo.adapters.language.endpoint import Endpoint
from killrvideo.domain.errors import ModelUnavailable
from killrvideo.service_interfaces.language import Purpose

log = structlog.get_logger(__name__)

TEXTS_MOST = 64
"""Of one question."""
CHARACTERS_MOST = 2000
"""Of a text; about as much as models read that read 512 tokens. Most endpoints refuse longer ones."""
SHORTEST = 1e-9


class Embedding(BaseModel):
    index: int
    embedding: tuple[FiniteFloat, ...]


class Embeddings(BaseModel):
    """The answer: what we use of it."""

    model_config = ConfigDict(hide_input_in_errors=True)

    data: tuple[Embedding, ...]


class EndpointEmbeddings:
    """Keeps EmbeddingModel."""

    def __init__(
        self,
        name: str,
        model: str,
        dimension: int,
        endpoint: Endpoint,
        prefixes: Mapping[Purpose, str],
    ) -> None:
        """``model`` is its name there; ``name`` the one that is kept with its vectors."""
        self.name = name
        self.dimension = dimension
        self._model = model
        self._endpoint = endpoint
        self._prefixes = prefixes

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> Sequence[Vector]:
        vectors: list[Vector] = []
        for start in range(0, len(texts), TEXTS_MOST):
            vectors += await self._ask(texts[start : start + TEXTS_MOST], purpose)
        return vectors

    async def close(self) -> None:
        """May be called twice."""
        await self._endpoint.close()

    async def _ask(self, texts: Sequence[str], purpose: Purpose) -> list[Vector]:
        prefix = self._prefixes.get(purpose, "")
        cut = [_sendable(prefix + text) for text in texts]
        question = {"model": self._model, "input": cut, "encoding_format": "float"}
        body = await self._endpoint.ask("embeddings", question)
        try:
            return await asyncio.to_thread(_read, body, len(texts), self.dimension)
        except ValueError as fault:
            log.warning("model_answer_unusable", model=self.name, reason=str(fault))
            raise ModelUnavailable from None


def _sendable(text: str) -> str:
    """No endpoint takes an empty text, and halves of characters cannot be sent."""
    return text[:CHARACTERS_MOST].encode("utf-8", "replace").decode("utf-8").strip() or "-"


def _read(body: bytes, texts: int, dimension: int) -> list[Vector]:
    """In the order that was asked for, whatever the order of the answer. Raises ValueError."""
    answered = sorted(Embeddings.model_validate_json(body).data, key=lambda one: one.index)
    if [one.index for one in answered] != list(range(texts)):
        raise ValueError(f"the answer has not one vector for each of {texts} texts")
    return [_of_length_one(one.embedding, dimension) for one in answered]


def _of_length_one(vector: Sequence[float], dimension: int) -> Vector:
    if len(vector) != dimension:
        raise ValueError(f"a vector has {len(vector)} numbers, not {dimension}")
    length = sqrt(fsum(number * number for number in vector))
    if not SHORTEST < length < float("inf"):
        raise ValueError("a vector has no usable length")
    return array("f", (number / length for number in vector))
