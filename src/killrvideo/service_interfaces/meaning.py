"""Finding videos by what a text is about, with the model that their vectors were made with."""

import asyncio
from collections.abc import Sequence

from killrvideo.domain.errors import ModelUnavailable
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.vectors import Near
from killrvideo.service_interfaces.language import EmbeddingModels, Purpose
from killrvideo.service_interfaces.storage import Storage

SECONDS = 1.0
"""What asking the model and the vectors may take."""


class Meaning:
    def __init__(self, storage: Storage, embeddings: EmbeddingModels, *, seconds: float = SECONDS) -> None:
        self._storage = storage
        self._embeddings = embeddings
        self._seconds = seconds

    async def near(self, text: str, chosen: SearchFilter, limit: int) -> Sequence[Near]:
        """Public videos that pass the filter, best first. Raises Unavailable where there is no model, where
        no vectors are complete yet, or where it takes too long.
        """
        try:
            async with asyncio.timeout(self._seconds):
                return await self._near(text, chosen, limit)
        except TimeoutError as error:
            raise ModelUnavailable("What the text is about was not known in time.") from error

    async def _near(self, text: str, chosen: SearchFilter, limit: int) -> Sequence[Near]:
        vectors = self._storage.vectors
        served = await vectors.served()
        model = None if served is None else self._embeddings.named(served)
        if model is None:
            raise ModelUnavailable("The model that the videos' vectors were made with is not to be had.")
        [vector] = await model.embed([text], Purpose.QUERY)
        return await vectors.nearest(model.name, vector, chosen, limit)
