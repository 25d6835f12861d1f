"""Writers of answers: one that says what it is told to, and one that obeys whatever it reads."""

import re
from collections.abc import Sequence

from killrvideo.domain.errors import ModelUnavailable


class ScriptedWriter:
    """Keeps AnswerWriter: writes the same to every question."""

    def __init__(self, text: str | None) -> None:
        """None for a model that does not answer."""
        self.text = text
        self.shown: list[Sequence[str]] = []
        """The passages of each call."""

    async def write(self, question: str, passages: Sequence[str]) -> str:
        self.shown.append(passages)
        if self.text is None:
            raise ModelUnavailable
        return self.text


class ObedientWriter:
    """Keeps AnswerWriter: whatever a passage asks it to write, it writes."""

    ORDER = re.compile(r"write: (.*?) over\.", re.IGNORECASE | re.DOTALL)

    async def write(self, question: str, passages: Sequence[str]) -> str:
        return " ".join(order for passage in passages for order in self.ORDER.findall(passage))
