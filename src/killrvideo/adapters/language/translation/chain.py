"""Several translators as one: the first that knows a pair is asked, and the next one where it fails."""

from collections.abc import Sequence

from killrvideo.adapters.language.translation.endpoint import ChatTranslator
from killrvideo.domain.errors import ModelUnavailable, TranslationUnavailable
from killrvideo.service_interfaces.translation import Translator


class TranslatorChain:
    """Keeps Translator; of none, no pair is known."""

    def __init__(self, translators: Sequence[Translator]) -> None:
        self._translators = translators

    @property
    def name(self) -> str:
        return ", ".join(translator.name for translator in self._translators) or "none"

    async def close(self) -> None:
        """May be called twice."""
        for translator in self._translators:
            if isinstance(translator, ChatTranslator):
                await translator.close()

    async def knows(self, source: str, target: str) -> bool:
        for translator in self._translators:
            if await translator.knows(source, target):
                return True
        return False

    async def translate(self, texts: Sequence[str], source: str, target: str) -> Sequence[str]:
        failure: ModelUnavailable | None = None
        for translator in self._translators:
            if not await translator.knows(source, target):
                continue
            try:
                return await translator.translate(texts, source, target)
            except ModelUnavailable as fault:
                failure = fault
        raise failure or TranslationUnavailable(f"Nothing here translates from '{source}' to '{target}'.")
