"""The one way in which tools are run on files that nobody has vouched for.

A tool has a session of its own, no input, an empty environment, and bounds on its time, its memory and the
files it writes; it is killed when the call is cancelled, and (on Linux) when this process dies.
"""

import asyncio
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from killrvideo.adapters.ffmpeg import limiting

LIMITER = str(Path(limiting.__file__))
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "LANG": "C", "MALLOC_ARENA_MAX": "2"}
"""Few arenas: each takes 64 MB of address space, and there are as many threads as encoders want."""
GIGABYTE = 1024**3
CHUNK = 65_536
LINES_KEPT = 40
LINE_LONGEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What one run may spend."""

    seconds: float
    """By the clock on the wall."""
    processor_seconds: int
    """Of all processors together."""
    memory: int = 4 * GIGABYTE
    """Bytes of address space: several times what is really used, by programs with many threads."""
    file_bytes: int = GIGABYTE
    """Of each file that is written."""


@dataclass(frozen=True, slots=True)
class Finished:
    """How a run ended. What the tool said is for operators: it may name paths of ours."""

    code: int
    """As subprocess has it: below 0 is the signal that ended it."""
    complaint: str
    """The last lines of its error output."""
    out_of_time: bool = False


class Sandbox:
    def __init__(self, *, niceness: int = 10) -> None:
        """``niceness`` is what the tools are given way by: people who wait for a page come first."""
        self._niceness = niceness

    async def run(
        self, command: Sequence[str], allowance: Allowance, take: Callable[[bytes], None]
    ) -> Finished:
        """Runs it to its end; ``take`` gets what it writes to its output, as it comes.

        The program is given by its full path.
        """
        process = await asyncio.create_subprocess_exec(
            *self._limited(command, allowance),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=ENVIRONMENT,
            start_new_session=True,
        )
        tail = Tail()
        try:
            async with asyncio.timeout(allowance.seconds):
                await asyncio.gather(_drain(process.stdout, take), _drain(process.stderr, tail.take))
                code = await process.wait()
            return Finished(code, tail.text())
        except TimeoutError:
            return Finished(-signal.SIGKILL, tail.text(), out_of_time=True)
        finally:
            await _end(process)

    def _limited(self, command: Sequence[str], allowance: Allowance) -> list[str]:
        limits = (
            os.getpid(),
            allowance.memory,
            allowance.processor_seconds,
            allowance.file_bytes,
            self._niceness,
        )
        return [sys.executable, "-I", "-S", LIMITER, *(str(limit) for limit in limits), *command]


class Tail:
    """The last lines of something long."""

    def __init__(self) -> None:
        self._lines: deque[bytes] = deque(maxlen=LINES_KEPT)
        self._rest = b""

    def take(self, data: bytes) -> None:
        *lines, rest = (self._rest + data).splitlines(keepends=True) or [b""]
        if rest.endswith((b"\n", b"\r")):
            lines, rest = [*lines, rest], b""
        self._lines.extend(line[:LINE_LONGEST] for line in lines)
        self._rest = rest[-LINE_LONGEST:]

    def text(self) -> str:
        lines = [line.decode(errors="replace").rstrip() for line in (*self._lines, self._rest)]
        return "\n".join(line for line in lines if line)


async def _drain(stream: asyncio.StreamReader | None, take: Callable[[bytes], None]) -> None:
    while stream is not None and (data := await stream.read(CHUNK)):
        take(data)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Whatever is left of it ends now; done even when the caller is cancelled again."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await asyncio.shield(process.wait())
