"""A model whose files are on this machine, as the features ask it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from killrvideo.adapters.language.embeddings.batching import MicroBatcher
from killrvideo.adapters.language.embeddings.files import TextEncoder, Vector
from killrvideo.adapters.language.embeddings.loading import LoadedOnce
from killrvideo.service_interfaces.language import Purpose

QUERY, SINGLE, MANY = range(3)
"""Who goes first: what somebody searches, what somebody has just written, and what a job does."""
SLICE = 256
"""Texts of one call that wait at the same time, so that a long call leaves room for others."""


class OnnxEmbeddings:
    """Keeps EmbeddingModel. The model is loaded with the first text, off the event loop."""

    def __init__(
        self,
        name: str,
        dimension: int,
        load: Callable[[], TextEncoder],
        *,
        prefixes: Mapping[Purpose, str] | None = None,
        threads: int = 2,
    ) -> None:
        """``prefixes``: what the model wants to read before a text. ``threads``: batches that are computed at
        the same time.
        """
        self.name = name
        self.dimension = dimension
        self._prefixes = prefixes or {}
        self._batcher = LoadedOnce(lambda: MicroBatcher(load().encode, threads=threads), what=name)

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> Sequence[Vector]:
        vectors: list[Vector] = []
        for start in range(0, len(texts), SLICE):
            batcher = await self._batcher.get()
            prefix = self._prefixes.get(purpose, "")
            some = [prefix + text for text in texts[start : start + SLICE]]
            vectors += await batcher.run(some, _rank(purpose, len(texts)))
        return vectors

    async def close(self) -> None:
        """Refuses whoever still waits, and lets the threads go. May be called twice."""
        if self._batcher.loaded is not None:
            await asyncio.to_thread(self._batcher.loaded.close)


def _rank(purpose: Purpose, texts: int) -> int:
    if purpose is Purpose.QUERY:
        return QUERY
    return SINGLE if texts == 1 else MANY
