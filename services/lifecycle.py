"""Starts, stops and signals servers; every function takes the names that the commands take."""

import fcntl
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from services import ports, processes, state
from services.artifacts import class_path
from services.catalogue import DEFAULT, SERVERS, choose, companions
from services.java import find_java
from services.problems import ServiceProblem
from services.server import Program, Server
from services.state import ROOT, Running

DATA_VARIABLE = "KILLRVIDEO_SERVICES_DATA"
START_PATIENCE = 180.0
STOP_PATIENCE = 30.0
PAUSE = 0.1
TAIL_LINES = 30

#: Is told what happened, a sentence at a time.
Report = Callable[[str], None]


def start(
    names: Sequence[str] = DEFAULT,
    report: Report = print,
    *,
    fresh: bool = False,
    patience: float = START_PATIENCE,
) -> None:
    """Start what does not run yet and wait until all of it answers.

    `fresh` forgets the data of those that are started. ServiceProblem tells why one did not start; others
    that did go on running.
    """
    with _alone():
        chosen = choose(names)
        begun = time.monotonic()
        launched = [server for server in chosen if _launch(server, report, fresh=fresh)]
        for server in launched:
            _await(server, begun + patience)
            seconds = time.monotonic() - begun
            report(f"{server.name}: {server.title} answers at {server.address} after {seconds:.1f} s")


def stop(names: Sequence[str] = (), report: Report = print, patience: float = STOP_PATIENCE) -> None:
    """End the named servers, without a name all that were started from here, and nothing else."""
    with _alone():
        chosen = choose(names) if names else [server for server in SERVERS if state.read(server.name)]
        begun = time.monotonic()
        ending = {server.name: state.running(server.name) for server in chosen}
        for found in ending.values():
            if found is not None:
                processes.ask_to_end(found.process)
        for name, found in ending.items():
            report(_finish(name, found, begun, patience))
        if not chosen:
            report("Nothing to stop: no server was started from here.")


def kill(names: Sequence[str], number: signal.Signals, report: Report = print) -> None:
    """Send a signal to servers that run, as chaos does; after KILL wait until they are gone."""
    for server in choose(names):
        found = state.running(server.name)
        if found is None or not processes.send(found.process, number):
            raise ServiceProblem(f"{server.name} does not run.")
        if number in (signal.SIGKILL, signal.SIGTERM) and processes.gone_within(found.process, STOP_PATIENCE):
            state.forget(server.name)
        report(f"{server.name}: process {found.process.pid} was sent {number.name}")


def log_file(name: str, root: Path = ROOT) -> Path:
    """What the server wrote since its last start."""
    return root / name / "log"


def tail(name: str, lines: int = TAIL_LINES) -> str:
    """The end of its log."""
    file = log_file(name)
    return "\n".join(file.read_text(errors="replace").splitlines()[-lines:]) if file.exists() else ""


def _launch(server: Server, report: Report, *, fresh: bool) -> bool:
    if found := state.running(server.name):
        report(f"{server.name}: already runs at {found.address} (process {found.process.pid})")
        return False
    ports.require_free(server.name, server.listens)
    program = Program(find_java(), class_path(server.profile))
    home, data = _directories(server, fresh=fresh)
    server.prepare(program, home, data)
    process = processes.launch(server.command(program, home), log_file(server.name), home)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    state.write(Running(server.name, server.address, process, now))
    report(
        f"{server.name}: {server.title} starts (process {process.pid}, log {_shown(log_file(server.name))})"
    )
    return True


def _directories(server: Server, *, fresh: bool) -> tuple[Path, Path]:
    home = ROOT / server.name
    elsewhere = os.environ.get(DATA_VARIABLE)
    data = Path(elsewhere).absolute() / server.name if elsewhere else home / "data"
    if fresh:
        shutil.rmtree(data, ignore_errors=True)
    for directory in (home, data):
        directory.mkdir(parents=True, exist_ok=True)
    if log_file(server.name).exists():
        log_file(server.name).replace(home / "log.previous")
    return home, data


def _await(server: Server, deadline: float) -> None:
    while not ((running := state.running(server.name)) and server.serves(_members(server))):
        if running is None:
            state.forget(server.name)
            raise ServiceProblem(
                f"{server.name} ended while starting. The end of its log:\n{tail(server.name)}"
            )
        if time.monotonic() > deadline:
            raise ServiceProblem(f"{server.name} runs but does not answer. Its log:\n{tail(server.name)}")
        time.sleep(PAUSE)


def _members(server: Server) -> int:
    """How many of its cluster can answer; a process that a signal holds still cannot."""
    found = [state.running(other.name) for other in companions(server)]
    return sum(member is not None and not processes.held(member.process) for member in found)


def _finish(name: str, found: Running | None, begun: float, patience: float) -> str:
    if found is not None:
        processes.await_end(found.process, patience)
    state.forget(name)
    seconds = time.monotonic() - begun
    return f"{name}: stopped after {seconds:.1f} s" if found else f"{name}: does not run"


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


@contextmanager
def _alone() -> Iterator[None]:
    """Two commands at the same time follow each other."""
    ROOT.mkdir(parents=True, exist_ok=True)
    with (ROOT / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
