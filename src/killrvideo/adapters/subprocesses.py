"""Programs of ours, or that we trust, which run beside the server and are talked to by their pipes.

None outlives whoever asked for it. What is run on files that nobody has vouched for has a stricter place:
`adapters/ffmpeg/sandbox.py`.
"""

import asyncio
import os
import signal
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

TOLD_MOST = 2000
"""Bytes of complaints that are worth a line in the log."""


@dataclass(frozen=True, slots=True)
class Running:
    process: Process
    input: StreamWriter
    output: StreamReader
    errors: IO[bytes]

    async def tell(self, text: bytes) -> None:
        """Does nothing where it has ended: its output says so."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self.input.write(text)
            await self.input.drain()

    async def tell_all(self, text: bytes) -> None:
        """Nothing more follows."""
        await self.tell(text)
        self.input.close()

    def complaints(self) -> str:
        """The end of what it wrote to standard error."""
        size = os.fstat(self.errors.fileno()).st_size
        told = os.pread(self.errors.fileno(), TOLD_MOST, max(0, size - TOLD_MOST))
        return told.decode("utf-8", "replace").strip()


@asynccontextmanager
async def running(*command: str) -> AsyncIterator[Running]:
    """A program in a process group of its own, killed at the end. Raises OSError where there is none."""
    with TemporaryFile() as errors:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=errors, start_new_session=True
        )
        assert process.stdin is not None  # noqa: S101 - pipes were asked for
        assert process.stdout is not None  # noqa: S101 - likewise
        try:
            yield Running(process, process.stdin, process.stdout, errors)
        finally:
            await asyncio.shield(_end(process))


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        # Also what it has started itself.
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
