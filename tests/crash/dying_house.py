"""Going a write path once undisturbed, and once in a process that dies on the way."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2

from killrvideo.service_interfaces.failpoints import JOB_CLAIMED, RELAY_HANDLED
from tests.crash.filming import FILMING
from tests.crash.learning import LEARNING
from tests.crash.place import LATER, visited
from tests.crash.requests import REQUESTS
from tests.crash.store_contents import Contents, contents
from tests.crash.uploading import UPLOADING
from tests.crash.work import COMMANDS, OTHERS, WORK
from tests.crash.write_paths import WritePath
from tests.forking import FORKS

WRITE_PATHS = {
    path.name: path for path in (*REQUESTS, *WORK, *FILMING, *COMMANDS, *OTHERS, *LEARNING, *UPLOADING)
}
PATIENCE = 60.0


@dataclass(frozen=True)
class Crash:
    """A point at which a process can die, and what must be found in the store after that."""

    name: str
    time: int
    """From 1: one can come by several times."""
    leaves: Contents
    commits: int
    """How many writes the process has completed."""

    @property
    def failpoint(self) -> str:
        return f"{self.name}@{self.time}"

    @property
    def unit(self) -> str | None:
        """The write that it is a point of, if it is one."""
        return None if self.name in {RELAY_HANDLED, JOB_CLAIMED} else self.name.rpartition(":")[0]


@dataclass(frozen=True)
class Undisturbed:
    """What a process did that nothing happened to."""

    crashes: Sequence[Crash]
    """All points that it passed."""
    answer: httpx2.Response | None
    leaves: Contents


class Watching:
    """Keeps Failpoints: notes every point that is passed, and what is stored at that moment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stored = contents(folder)
        self._passed: Counter[str] = Counter()
        self._commits = 0
        self.crashes: list[Crash] = []

    def reach(self, name: str) -> None:
        self._passed[name] += 1
        if name.endswith(":committed"):
            self._stored = contents(self._folder)
            self._commits += 1
        self.crashes.append(Crash(name, self._passed[name], self._stored, self._commits))


async def watched(folder: Path, path: WritePath) -> Undisturbed:
    watching = Watching(folder)
    async with visited(folder, LATER, failpoints=watching) as place:
        answer = await path.act(place)
    return Undisturbed(watching.crashes, answer, contents(folder))


def die(folder: Path, path: WritePath, failpoint: str) -> int | None:
    """Goes the path in a process that is to die at the failpoint; the exit code."""
    process = FORKS.Process(target=_live, args=(folder, path.name, failpoint))
    process.start()
    process.join(PATIENCE)
    return process.exitcode


def _live(folder: Path, name: str, failpoint: str) -> None:
    async def live() -> None:
        async with visited(folder, LATER, failpoint=failpoint) as place:
            await WRITE_PATHS[name].act(place)

    asyncio.run(live())
