"""Writing down what is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from killrvideo.service_interfaces.progress import Told


class Task(StrEnum):
    TRANSCRIBE = "transcribe"
    """In the language that is spoken."""
    TRANSLATE = "translate"
    """In English, whatever is spoken."""


@dataclass(frozen=True, slots=True)
class Word:
    """With the blank before it, if there is one; start and end in milliseconds."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    language: str
    """Of the speech: a tag such as ``en``."""
    words: Sequence[Word]
    """Empty where nobody speaks."""


class SpeechModel(Protocol):
    @property
    def name(self) -> str: ...

    async def hear(self, wave: Path, *, language: str | None, task: Task, told: Told) -> Heard:
        """What is said in a file of sound (16,000 samples a second, one channel).

        A language that is declared is obeyed; None lets the model find it out. Silence, noise and music give
        no words. Raises ModelUnavailable, also for a language that the model does not know.
        """
        ...
