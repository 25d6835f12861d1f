"""How much memory work takes: its processes are looked at again and again (Linux)."""

import os
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

EVERY = 0.05
"""Seconds from one look to the next."""
PAGE = os.sysconf("SC_PAGE_SIZE")
PROCESSES = Path("/proc")


class MemoryWatch:
    """Looks from beginning to end of a `with`; what is told are bytes of this machine's memory."""

    def __init__(self) -> None:
        self.worker = 0
        """The most that this process took."""
        self.tool = 0
        """The most that any one of those took that it started."""
        self.looks = 0
        self._done = Event()
        self._thread = Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(EVERY):
            self.looks += 1
            self.worker = max(self.worker, _memory_of(os.getpid()))
            self.tool = max([self.tool, *map(_memory_of, _started_by(os.getpid()))])


def _started_by(pid: int) -> list[int]:
    """With what those have started."""
    children: list[int] = []
    for thread in _lines(PROCESSES / str(pid) / "task", "*/children"):
        for child in map(int, thread.split()):
            children += [child, *_started_by(child)]
    return children


def _memory_of(pid: int) -> int:
    """0 of one that has ended."""
    [line] = _lines(PROCESSES / str(pid), "statm") or ["0 0"]
    return int(line.split()[1]) * PAGE


def _lines(folder: Path, pattern: str) -> list[str]:
    """Of files that may vanish meanwhile."""
    found = []
    for file in folder.glob(pattern):
        try:
            found.append(file.read_text())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found
