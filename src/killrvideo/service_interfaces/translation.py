"""Saying a text in another language."""

from collections.abc import Sequence
from typing import Protocol


class Translator(Protocol):
    @property
    def name(self) -> str: ...

    async def knows(self, source: str, target: str) -> bool:
        """Whether there is a way from the one language to the other; tags such as ``en`` or ``pt-BR``."""
        ...

    async def translate(self, texts: Sequence[str], source: str, target: str) -> Sequence[str]:
        """One text for each, in their order.

        Raises TranslationUnavailable where this pair is not known, ModelUnavailable where the model does not
        answer.
        """
        ...
