"""Models on this machine, one for each pair of languages, loaded with the first text."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from killrvideo.adapters.language.embeddings.loading import LoadedOnce
from killrvideo.adapters.language.translation.pairs import Pair, way
from killrvideo.adapters.language.translation.texts import Divided
from killrvideo.domain.errors import TranslationUnavailable


class SentenceModel(Protocol):
    def translated(self, sentences: Sequence[str]) -> Sequence[str]:
        """One for each. Takes its time."""
        ...


class LocalTranslator:
    """Keeps Translator."""

    name = "local models"

    def __init__(self, loads: Mapping[Pair, Callable[[], SentenceModel]]) -> None:
        self._models = {pair: LoadedOnce(load, what=f"{pair}") for pair, load in loads.items()}

    async def knows(self, source: str, target: str) -> bool:
        return way(self._models, source, target) is not None

    async def translate(self, texts: Sequence[str], source: str, target: str) -> Sequence[str]:
        found = way(self._models, source, target)
        if found is None:
            raise TranslationUnavailable
        model = await found.get()
        return await asyncio.to_thread(_translated, model, texts)


def _translated(model: SentenceModel, texts: Sequence[str]) -> list[str]:
    divided = Divided.of(texts)
    sentences = divided.sentences
    return divided.put_together(model.translated(sentences) if sentences else [])
