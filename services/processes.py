"""Operating system processes: which one a number means, whether it still lives, and signals to it."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
PAUSE = 0.05
# In /proc/<pid>/stat the name may hold blanks; what follows its closing bracket starts with the state,
# and the instant of the start (field 22 of all) stands 19 fields behind that.
STATE, STARTED = 0, 19
DEAD_STATES = frozenset("ZX")


@dataclass(frozen=True, slots=True)
class Process:
    """One certain process: a number is given again after its process ended, the pair is not."""

    pid: int
    #: What tells this process from an earlier or later one of the same number.
    birth: str


def living(process: Process) -> bool:
    """Whether that process still exists, stopped by a signal or not."""
    return birth_of(process.pid) == process.birth


def find(pid: int) -> Process | None:
    """The process that has this number now."""
    birth = birth_of(pid)
    return None if birth is None else Process(pid, birth)


def birth_of(pid: int) -> str | None:
    """The mark of the process that has this number now; None if none has, or only its remains."""
    return _from_proc(pid) if (PROC / "self").exists() else _from_ps(pid)


def _from_proc(pid: int) -> str | None:
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[STATE] in DEAD_STATES else f"{boot}/{fields[STARTED]}"


def _from_ps(pid: int) -> str | None:
    command = ["ps", "-o", "state=,lstart=", "-p", str(pid)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split(maxsplit=1)
    return None if len(answer) < 2 or answer[0][0] in DEAD_STATES else answer[1].strip()


def send(process: Process, number: signal.Signals) -> bool:
    """Signal that very process; False if it is gone."""
    if not living(process):
        return False
    try:
        os.kill(process.pid, number)
    except ProcessLookupError:
        return False
    return True


def end(process: Process, patience: float) -> None:
    """Ask the process to end and wait for it; after `patience` seconds kill it."""
    if send(process, signal.SIGTERM):
        # A stopped process hears nothing but this and KILL.
        send(process, signal.SIGCONT)
    if not gone_within(process, patience):
        send(process, signal.SIGKILL)
        gone_within(process, patience)


def gone_within(process: Process, seconds: float) -> bool:
    """Wait until the process is gone, for so long at most; whether it is."""
    deadline = time.monotonic() + seconds
    while living(process):
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE)
    return True


def launch(command: list[str], log: Path, directory: Path) -> Process:
    """Start a server that outlives us, writing to `log`.

    A shell in between makes it nobody's child: it leaves no remains in a caller that goes on running,
    and no signal to the caller's terminal reaches it.
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
