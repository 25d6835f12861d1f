"""Which models there are: the one that new vectors are made with, and those of earlier vectors."""

from collections.abc import Awaitable, Callable, Sequence

from killrvideo.domain.errors import ModelUnavailable
from killrvideo.service_interfaces.language import EmbeddingModel, Purpose, TextComparer


class NoEmbeddings:
    """Keeps EmbeddingModel where embeddings are switched off."""

    name = "off"

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> Sequence[Sequence[float]]:
        raise ModelUnavailable(f"Embeddings are switched off; no {purpose} of {len(texts)} is embedded.")


class ChosenEmbeddings:
    """Keeps EmbeddingModels."""

    def __init__(
        self,
        current: EmbeddingModel,
        former: Sequence[EmbeddingModel],
        closing: Sequence[Callable[[], Awaitable[None]]],
        comparer: TextComparer | None = None,
    ) -> None:
        """``closing``: what is to be closed with them. ``comparer``: the current model, if it can compare."""
        self.current = current
        self.comparer = comparer
        self._named = {model.name: model for model in (*former, current)}
        self._closing = closing

    def named(self, name: str) -> EmbeddingModel | None:
        return self._named.get(name)

    async def close(self) -> None:
        """May be called twice."""
        for close in self._closing:
            await close()
