"""Whisper as the features ask it: a process for each file of sound."""

import asyncio
import sys
from asyncio import StreamReader
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from pathlib import Path

import structlog

from killrvideo.adapters.language.speech.messages import Line, Model, Wish
from killrvideo.adapters.language.speech.tags import code_of, tag_of
from killrvideo.adapters.subprocesses import running
from killrvideo.domain.cues import Word
from killrvideo.domain.errors import ModelUnavailable
from killrvideo.service_interfaces.progress import Told
from killrvideo.service_interfaces.speech import Heard, Task

log = structlog.get_logger(__name__)

PROCESS = "killrvideo.adapters.language.speech.process"
BYTES_A_SECOND = 32_000
TO_BEGIN = 60.0
"""Seconds that loading a model may take."""
TO_DOWNLOAD = 1800.0
"""Seconds that it may take where the model may still have to come from a hub."""
AGAIN_AFTER = 30.0


class WhisperSpeech:
    """Keeps SpeechModel."""

    def __init__(self, name: str, model: Model, *, threads: int, patience: float) -> None:
        """``patience``: seconds that a second of sound may take."""
        self.name = name
        self._model = model
        self._threads = threads
        self._patience = patience

    async def hear(self, wave: Path, *, language: str | None, task: Task, told: Told) -> Heard:
        code = None if language is None else code_of(language)
        wish = Wish(wave=wave, model=self._model, language=code, task=task, threads=self._threads)
        words: list[Word] = []
        found = None
        try:
            async with asyncio.timeout(await self._limit(wave)), aclosing(self._answers(wish)) as lines:
                async for line in lines:
                    words += (Word(*word) for word in line.words)
                    found = line.language or found
                    told(line.progress)
        except TimeoutError:
            raise ModelUnavailable(
                "Writing down what is said took too long.", retry_after=AGAIN_AFTER
            ) from None
        return Heard(language=language or (found and tag_of(found)), words=tuple(words))

    async def _answers(self, wish: Wish) -> AsyncGenerator[Line]:
        """Until the last one. Raises ModelUnavailable."""
        async with running(sys.executable, "-P", "-m", PROCESS) as started:
            await started.tell(wish.model_dump_json().encode() + b"\n")
            async for line in _lines(started.output):
                if line.fault is not None:
                    raise _unavailable(self.name, line.fault)
                yield line
                if line.is_last:
                    return
            raise _unavailable(self.name, started.complaints())

    async def _limit(self, wave: Path) -> float:
        size = (await asyncio.to_thread(wave.stat)).st_size
        begin = TO_DOWNLOAD if self._model.kind == "hub" else TO_BEGIN
        return begin + self._patience * size / BYTES_A_SECOND


async def _lines(teller: StreamReader) -> AsyncIterator[Line]:
    while line := await teller.readline():
        yield Line.model_validate_json(line)


def _unavailable(model: str, reason: str) -> ModelUnavailable:
    log.warning("speech_model_failed", model=model, reason=reason)
    return ModelUnavailable("The model of speech does not work.", retry_after=AGAIN_AFTER)
