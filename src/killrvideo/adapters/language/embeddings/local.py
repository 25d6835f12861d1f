"""A model whose files are on this machine, or will be, as the features ask it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from killrvideo.adapters.language.embeddings.batching import MicroBatcher
from killrvideo.adapters.language.embeddings.files import ModelFiles, TextEncoder, Vector
from killrvideo.adapters.language.embeddings.loading import LoadedOnce
from killrvideo.domain.comparisons import Comparison
from killrvideo.domain.errors import ModelUnavailable
from killrvideo.service_interfaces.language import Purpose

QUERY, SINGLE, MANY = range(3)
"""Who goes first: what somebody searches, what somebody has just written, and what a job does."""
SLICE = 256
"""Texts of one call that wait at the same time, so that a long call leaves room for others."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    encoder: TextEncoder
    batcher: MicroBatcher
    prefixes: Mapping[Purpose, str]


class OnnxEmbeddings:
    """Keeps EmbeddingModel and TextComparer. The model is fetched and loaded with the first text,
    off the event loop.
    """

    def __init__(
        self,
        name: str,
        dimension: int,
        fetch: Callable[[], ModelFiles],
        load: Callable[[ModelFiles], TextEncoder],
        *,
        threads: int = 2,
    ) -> None:
        """``threads``: batches that are computed at the same time."""
        self.name = name
        self.dimension = dimension
        self._fetch = fetch
        self._load = load
        self._threads = threads
        self._model = LoadedOnce(self._make_ready, what=name)
        # Threads of its own start with the first comparison; who no longer waits is left out.
        self._comparing = ThreadPoolExecutor(threads, thread_name_prefix="comparing")

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> Sequence[Vector]:
        rank, vectors = _rank(purpose, len(texts)), list[Vector]()
        for start in range(0, len(texts), SLICE):
            model = await self._model.get()
            prefix = model.prefixes.get(purpose, "")
            some = [prefix + text for text in texts[start : start + SLICE]]
            vectors += await model.batcher.run(some, rank)
        return vectors

    async def compare(self, text: str, others: Sequence[str]) -> Sequence[Comparison]:
        """The texts as they are, without what some models want to read before them."""
        model = await self._model.get()
        try:
            comparing = self._comparing.submit(model.encoder.compare, text, others)
        except RuntimeError:
            raise ModelUnavailable("This process is about to stop.") from None
        return await asyncio.wrap_future(comparing)

    async def close(self) -> None:
        """Refuses whoever still waits, and lets the threads go. May be called twice."""
        await asyncio.to_thread(self._comparing.shutdown)
        if self._model.loaded is not None:
            await asyncio.to_thread(self._model.loaded.batcher.close)

    def _make_ready(self) -> _Loaded:
        files = self._fetch()
        if files.dimension != self.dimension:
            raise ValueError(f"its vectors have {files.dimension} numbers, but {self.dimension} are expected")
        encoder = self._load(files)
        return _Loaded(encoder, MicroBatcher(encoder.encode, threads=self._threads), files.prefixes)


def _rank(purpose: Purpose, texts: int) -> int:
    if purpose is Purpose.QUERY:
        return QUERY
    return SINGLE if texts == 1 else MANY
