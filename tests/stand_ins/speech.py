"""Stand-ins for what hears and translates: they say what a test wants to be said."""

from collections.abc import Sequence
from pathlib import Path

from killrvideo.domain.cues import Word
from killrvideo.domain.errors import TranslationUnavailable
from killrvideo.domain.media import Source
from killrvideo.service_interfaces.progress import Told
from killrvideo.service_interfaces.speech import Heard, Task

WAVE = "sound.wav"


def spoken(text: str) -> tuple[Word, ...]:
    """Two words in a second."""
    return tuple(Word(500 * at, 500 * at + 400, f" {word}") for at, word in enumerate(text.split()))


class StandInSpeech:
    name = "stand-in"

    def __init__(self, text: str, *, language: str = "en", in_english: str = "") -> None:
        """``language`` is found out where none is declared; ``in_english`` is its translation."""
        self._said = {Task.TRANSCRIBE: text, Task.TRANSLATE: in_english}
        self._language = language
        self.asked: list[tuple[str | None, Task]] = []

    async def hear(self, wave: Path, *, language: str | None, task: Task, told: Told) -> Heard:
        assert wave.name == WAVE
        self.asked.append((language, task))
        told(0.5)
        told(1.0)
        words = spoken(self._said[task])
        return Heard(language=language or (self._language if words else None), words=words)


class WaveMaker:
    """A transcoder of which nothing but the sound is wanted."""

    async def wave(self, file: Path, source: Source, into: Path) -> Path:
        return into / WAVE


class Repeating:
    """A translator that says where each text comes from and goes to."""

    name = "stand-in"

    def __init__(self, *pairs: tuple[str, str]) -> None:
        self._pairs = pairs
        self.texts: list[str] = []

    def forget(self) -> None:
        """It knows no language any more."""
        self._pairs = ()

    async def knows(self, source: str, target: str) -> bool:
        return (source, target) in self._pairs

    async def translate(self, texts: Sequence[str], source: str, target: str) -> Sequence[str]:
        if not await self.knows(source, target):
            raise TranslationUnavailable
        self.texts += texts
        return [f"{text} [{source}>{target}]" if text else "" for text in texts]
