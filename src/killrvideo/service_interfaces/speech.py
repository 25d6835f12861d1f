"""Writing down what is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from killrvideo.domain.cues import Word
from killrvideo.service_interfaces.progress import Told


class Task(StrEnum):
    TRANSCRIBE = "transcribe"
    """In the language that is spoken."""
    TRANSLATE = "translate"
    """In English, whatever is spoken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    language: str | None
    """Of the speech: a tag such as ``en``; None where nobody speaks and none was declared."""
    words: Sequence[Word] = ()
    """Empty where nobody speaks, or in a language that the model does not know."""


class SpeechModel(Protocol):
    @property
    def name(self) -> str: ...

    async def hear(self, wave: Path, *, language: str | None, task: Task, told: Told) -> Heard:
        """What is said in a file of sound (16,000 samples a second, one channel).

        A language that is declared (a tag such as ``pt-BR``) is obeyed; None lets the model find it out.
        Silence, noise and music give no words. Cancelled, it stops at once. Raises ModelUnavailable.
        """
        ...
