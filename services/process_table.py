"""What the operating system tells about a process: from /proc on Linux, from ps elsewhere."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
# In /proc/<pid>/stat the name may hold blanks; behind its closing bracket come the state, ..., the number of
# threads (field 20 of all), the start in ticks since the boot, ..., and the resident memory in pages.
STATE, THREADS, STARTED, RESIDENT = 0, 17, 19, 21
DEAD = frozenset("ZX")
HELD = frozenset("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """A process that exists."""

    #: What tells it from an earlier or later process of the same number.
    birth: str
    #: Whether a signal (STOP) holds it still.
    held: bool
    memory_mib: int


def look_up(pid: int) -> Entry | None:
    """The process that has this number; None if none has, or only the remains of one."""
    return _from_proc(pid) if (PROC / "self").exists() else _from_ps(pid)


def _from_proc(pid: int) -> Entry | None:
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return None
    memory = int(fields[RESIDENT]) * os.sysconf("SC_PAGE_SIZE") // 2**20
    # A killed JVM is remains at once, but holds its ports until the last of its threads has ended.
    letter = "ending" if fields[STATE] in DEAD and int(fields[THREADS]) > 1 else fields[STATE]
    return _entry(letter, f"{boot}/{fields[STARTED]}", memory)


def _from_ps(pid: int) -> Entry | None:
    command = ["ps", "-o", "state=,rss=,lstart=", "-p", str(pid)]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split(maxsplit=2)
    return _entry(told[0][0], told[2].strip(), int(told[1]) // 1024) if len(told) == 3 else None


def _entry(letter: str, birth: str, memory_mib: int) -> Entry | None:
    return None if letter in DEAD else Entry(birth, letter in HELD, memory_mib)
