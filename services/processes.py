"""Processes that were started from here: which one a number means, signals to it, and its end."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from services.process_table import look_up

PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class Process:
    """One certain process: a number is given again after its process ended, the pair is not."""

    pid: int
    #: The mark that the process table keeps of its start.
    birth: str


def find(pid: int) -> Process | None:
    """The process that has this number now."""
    entry = look_up(pid)
    return None if entry is None else Process(pid, entry.birth)


def living(process: Process) -> bool:
    """Whether that process still exists, held still by a signal or not."""
    return find(process.pid) == process


def held(process: Process) -> bool:
    """Whether a signal holds it still."""
    entry = look_up(process.pid)
    return entry is not None and entry.birth == process.birth and entry.held


def send(process: Process, number: signal.Signals) -> bool:
    """Signal that very process; False if it is gone."""
    if not living(process):
        return False
    try:
        os.kill(process.pid, number)
    except ProcessLookupError:
        return False
    return True


def ask_to_end(process: Process) -> None:
    """Ask the process to end in good order, also one that a signal holds still."""
    if send(process, signal.SIGTERM):
        send(process, signal.SIGCONT)


def await_end(process: Process, patience: float) -> None:
    """Wait until the process is gone; after `patience` seconds kill it."""
    if not gone_within(process, patience):
        send(process, signal.SIGKILL)
        gone_within(process, patience)


def gone_within(process: Process, seconds: float) -> bool:
    """Wait until the process is gone, for so long at most; whether it is."""
    return _within(seconds, lambda: not living(process))


def took_effect(process: Process, number: signal.Signals, seconds: float) -> bool:
    """Wait until the process shows that it got one of the signals of chaos, for so long at most."""
    match number:
        case signal.SIGSTOP:
            return _within(seconds, lambda: held(process))
        case signal.SIGCONT:
            return _within(seconds, lambda: not held(process))
        case _:
            return gone_within(process, seconds)


def _within(seconds: float, condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE)
    return True


def launch(command: list[str], log: Path, directory: Path) -> Process:
    """Start a server that outlives us, writing to `log`.

    A shell in between makes it nobody's child: it leaves no remains in a caller that goes on running, and
    no signal of the caller's terminal reaches it.
    """
    with log.open("ab") as output:
        started = subprocess.run(
            ["/bin/sh", "-c", '"$@" >&2 & echo $!', "sh", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            cwd=directory,
            start_new_session=True,
            check=True,
            text=True,
        )
    pid = int(started.stdout)
    return find(pid) or Process(pid, "ended at once")
