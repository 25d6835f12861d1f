"""Calling ffmpeg."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import imageio_ffmpeg

from killrvideo.adapters.ffmpeg.failures import refusal
from killrvideo.adapters.ffmpeg.inputs import reading
from killrvideo.adapters.ffmpeg.sandbox import GIGABYTE, Allowance, Sandbox
from killrvideo.domain.errors import ToolFailed

ALWAYS = ("-hide_banner", "-loglevel", "error", "-nostdin", "-y")
PATIENCE = 300.0
"""Seconds that every call may take, beside those for the length of what it works on."""
NO_PROGRAM = "There is no ffmpeg here; an operator can name one."
VERSION_ALLOWANCE = Allowance(seconds=60, processor_seconds=60)
MARGIN_BYTES = 64 * 1024**2
PIXELS_AT_ONCE = 4 * 8192 * 4320
"""Each thread of a decoder has a picture of its own: of the largest ones few may be in memory."""
READING_MEMORY = 4 * GIGABYTE
ENCODING_MEMORY = 450
"""Bytes for a pixel of what is encoded at once, with the slowest preset and the most threads."""


def ignore(_: bytes) -> None:
    """For what a tool writes to its output where nobody asked for anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One call."""

    what: str
    """For operators."""
    file: Path
    container: str
    since: float = 0.0
    """Where in the film reading begins, in seconds."""
    seconds: float
    """How much of the film is worked on."""
    slowest: float = 5.0
    """Seconds that one of the film may take at most."""
    pixels: int = 0
    """Of one picture that is decoded."""
    encoded: int = 0
    """Pixels of all pictures that are encoded at once, one of each size."""
    how: Sequence[str] = ()
    """Options of reading."""
    arguments: Sequence[str]
    """What to make of it."""
    bytes_out: float = 0
    """Expected of the largest file that is written."""
    take: Callable[[bytes], None] = field(default=ignore)
    """Gets the tool's output."""


class Ffmpeg:
    def __init__(self, sandbox: Sandbox, program: Path | None, most_pixels: int, threads: int) -> None:
        """Without a program of one's own it is the one that comes in a package."""
        self._sandbox = sandbox
        self._program = program or _packaged()
        self._most_pixels = most_pixels
        self._threads = threads

    async def version(self) -> str:
        """What it says that it is, with the libraries that it was made of. Raises ToolFailed."""
        if self._program is None:
            raise ToolFailed(NO_PROGRAM)
        said: list[bytes] = []
        finished = await self._sandbox.run([str(self._program), "-version"], VERSION_ALLOWANCE, said.append)
        if finished.code != 0:
            raise ToolFailed("The ffmpeg here does not run.")
        return b"".join(said).decode(errors="replace")

    async def run(self, work: Work) -> None:
        """Raises UnusableFile, ToolFailed."""
        if self._program is None:
            raise ToolFailed(NO_PROGRAM)
        command = [
            *(str(self._program), *ALWAYS),
            *("-filter_complex_threads", str(self._threads), "-threads", str(self._decoders(work))),
            *work.how,
            *reading(work.file, work.container, self._most_pixels, since=work.since),
            *work.arguments,
        ]
        finished = await self._sandbox.run(command, _allowance(work), work.take)
        if finished.code != 0:
            raise refusal(work.what, finished)

    def _decoders(self, work: Work) -> int:
        return min(self._threads, max(1, PIXELS_AT_ONCE // max(1, work.pixels)))


def _packaged() -> Path | None:
    """Not every platform's package has one."""
    try:
        return Path(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        return None


def _allowance(work: Work) -> Allowance:
    seconds = PATIENCE + work.slowest * work.seconds
    return Allowance(
        seconds=seconds,
        processor_seconds=round(seconds * (os.cpu_count() or 1)),
        memory=READING_MEMORY + ENCODING_MEMORY * work.encoded,
        file_bytes=round(MARGIN_BYTES + 2 * work.bytes_out),
    )
