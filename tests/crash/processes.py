"""The real command in processes of its own, to be killed."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

PATIENCE = 60.0
LOG = "log.jsonl"
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
CHEAP = {"KILLRVIDEO_ARGON2_MEMORY_KIB": "8", "KILLRVIDEO_ARGON2_TIME": "1"}
"""Passwords of tests need not cost much."""


class Process:
    """One run of ``killrvideo`` on the store in a folder."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def says(self, pattern: re.Pattern[str]) -> str | None:
        """The first thing on its standard output that matches; None if it dies before."""
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while line := await self._process.stdout.readline():
                if match := pattern.search(line.decode()):
                    return match[0]
        return None

    async def ended(self) -> int:
        """Returns when it has ended by itself; the exit code."""
        async with asyncio.timeout(PATIENCE):
            return await self._process.wait()

    async def kill(self) -> None:
        """As ``kill -9`` does; without effect on one that has ended."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.communicate()

    @contextmanager
    def held_still(self) -> Iterator[None]:
        """As a machine that sleeps."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)


async def started(folder: Path, *arguments: str, **settings: str) -> Process:
    """``killrvideo`` with these arguments; ``settings`` are named as fields of the settings are."""
    with (folder / LOG).open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "killrvideo",
            *arguments,
            "--data-dir",
            str(folder),
            cwd=folder,
            env=_environment(settings),
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    return Process(process)


@asynccontextmanager
async def running(folder: Path, *arguments: str, **settings: str) -> AsyncIterator[Process]:
    """As `started`, and killed at the end."""
    process = await started(folder, *arguments, **settings)
    try:
        yield process
    finally:
        await process.kill()


@asynccontextmanager
async def serving(folder: Path, *options: str, **settings: str) -> AsyncIterator[tuple[Process, str]]:
    """A server and its address; killed at the end."""
    async with running(folder, "serve", "--port", "0", *options, **settings) as process:
        address = await process.says(ADDRESS)
        assert address is not None, (folder / LOG).read_text()
        yield process, address


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    """That of the test, but for the settings of the house."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KILLRVIDEO_")}
    ours = {f"KILLRVIDEO_{name.upper()}": value for name, value in settings.items()}
    return {**kept, **CHEAP, "KILLRVIDEO_RATE_LIMITS": "off", "KILLRVIDEO_LOG_LEVEL": "warning", **ours}
