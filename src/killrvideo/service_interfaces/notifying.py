"""Telling somebody outside what happened here."""

from collections.abc import Mapping
from typing import Protocol


class Notifier(Protocol):
    async def tell(self, message_id: str, kind: str, facts: Mapping[str, str]) -> None:
        """Tells it. Whoever is told may be told twice, by the same id.

        Raises SourceFailed where another try may succeed.
        """
        ...
