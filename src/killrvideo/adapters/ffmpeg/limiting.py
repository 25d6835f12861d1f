"""Becomes another program that has little to spend: run as a script, before each tool that reads a file.

    python -I -S limiting.py PARENT MEMORY PROCESSOR_SECONDS FILE_BYTES NICENESS PROGRAM [ARGUMENT ...]

A program of its own, since limits that are set between fork and exec can hang a process that has threads.
"""

import ctypes
import os
import resource
import signal
import sys
from contextlib import suppress

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38


def main(arguments: list[str]) -> None:
    parent, memory, seconds, file_bytes, niceness = (int(number) for number in arguments[:5])
    _limit("RLIMIT_CORE", 0)
    _limit("RLIMIT_AS", memory)
    _limit("RLIMIT_CPU", seconds)
    _limit("RLIMIT_FSIZE", file_bytes)
    os.nice(niceness)
    if sys.platform == "linux":
        _bind_to(parent)
    program = arguments[5:]
    os.execv(program[0], program)  # noqa: S606 - to become the program is what this is for


def _limit(name: str, most: int) -> None:
    """Lowers a limit; one that is lower already stays, and one that the system does not know is left out."""
    kind = getattr(resource, name, None)
    if kind is None:
        return
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    with suppress(OSError, ValueError):  # macOS takes none for memory.
        resource.setrlimit(kind, (most, most))


def _bind_to(parent: int) -> None:
    """Nobody waits for what a killed worker has started: it ends with the worker, and gains no rights."""
    system = ctypes.CDLL(None)
    system.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    system.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("The worker has ended.")


if __name__ == "__main__":
    main(sys.argv[1:])
