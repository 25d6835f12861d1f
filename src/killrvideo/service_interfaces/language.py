"""What models say of texts."""

from typing import Protocol


class SentimentModel(Protocol):
    @property
    def name(self) -> str: ...

    async def score(self, text: str) -> float:
        """How the text sounds, from -1 (bad) to 1 (good)."""
        ...
