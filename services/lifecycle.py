"""Starts, stops and signals servers, and remembers in state files which they are."""

import fcntl
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from services import catalogue, ports, processes, state
from services.artifacts import class_path
from services.java import find_java
from services.problems import ServiceProblem
from services.server import Program, Server
from services.state import Running

DATA_VARIABLE = "KILLRVIDEO_SERVICES_DATA"
START_PATIENCE = 180.0
STOP_PATIENCE = 30.0
PAUSE = 0.1
TAIL_LINES = 30

#: Is told what happened, a sentence at a time.
Report = Callable[[str], None]


def program(profile: str) -> Program:
    """What runs the servers of this profile; ToolMissing without Java or Maven."""
    return Program(find_java(), class_path(profile))


class Services:
    """The servers of a catalogue, with their state, settings, logs and data under `root`.

    What a verb takes as names is what the commands take: a server's name or its cluster's.
    """

    def __init__(
        self,
        servers: Sequence[Server] = catalogue.SERVERS,
        root: Path = state.ROOT,
        find_program: Callable[[str], Program] = program,
        report: Report = print,
    ) -> None:
        self.servers = servers
        self.root = root
        self._find_program = find_program
        self._report = report

    def start(
        self,
        names: Sequence[str] = catalogue.DEFAULT,
        *,
        fresh: bool = False,
        patience: float = START_PATIENCE,
    ) -> None:
        """Start what does not run yet and wait until all of it answers.

        `fresh` forgets the data of those that are started. ServiceProblem tells why one did not start;
        others that did go on running.
        """
        with self._alone():
            begun = time.monotonic()
            launched = [server for server in self.choose(names) if self._launch(server, fresh=fresh)]
            for server in launched:
                self._await(server, begun + patience)
                seconds = time.monotonic() - begun
                self._report(f"{server.name}: answers at {server.address} after {seconds:.1f} s")

    def stop(self, names: Sequence[str] = (), patience: float = STOP_PATIENCE) -> None:
        """End the named servers, without a name all that were started from here, and nothing else."""
        with self._alone():
            chosen = (
                self.choose(names) if names else [known for known in self.servers if self._recorded(known)]
            )
            begun = time.monotonic()
            ending = {server.name: self.running(server) for server in chosen}
            for found in ending.values():
                if found is not None:
                    processes.ask_to_end(found.process)
            for name, found in ending.items():
                self._report(self._finish(name, found, begun, patience))
            if not chosen:
                self._report("Nothing to stop: no server was started from here.")

    def kill(self, names: Sequence[str], number: signal.Signals = signal.SIGKILL) -> None:
        """Send KILL, TERM, STOP or CONT to servers that run, and wait until it took effect."""
        for server in self.choose(names):
            found = self.running(server)
            if found is None or not processes.send(found.process, number):
                raise ServiceProblem(f"{server.name} does not run.")
            if not processes.took_effect(found.process, number, STOP_PATIENCE):
                raise ServiceProblem(f"{server.name} was sent {number.name}, which did not take effect.")
            if not processes.living(found.process):
                state.forget(server.name, self.root)
            self._report(f"{server.name}: process {found.process.pid} got {number.name}")

    def choose(self, names: Sequence[str]) -> list[Server]:
        """The servers that these names mean; ServiceProblem for an unknown name."""
        return catalogue.choose(self.servers, names)

    def running(self, server: Server) -> Running | None:
        """Where and as which process it runs, if it does."""
        return state.running(server.name, self.root)

    def log(self, name: str) -> Path:
        """What the server wrote since its last start."""
        return self.root / name / "log"

    def _recorded(self, server: Server) -> bool:
        return state.read(server.name, self.root) is not None

    def _launch(self, server: Server, *, fresh: bool) -> bool:
        if found := self.running(server):
            self._report(f"{server.name}: already runs at {found.address} (process {found.process.pid})")
            return False
        ports.require_free(server.name, server.listens)
        found_program = self._find_program(server.profile)
        home, data = self._directories(server, fresh=fresh)
        server.prepare(found_program, home, data)
        log = self.log(server.name)
        process = processes.launch(server.command(found_program, home), log, home)
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        state.write(Running(server.name, server.address, process, now), self.root)
        self._report(f"{server.name}: {server.title} starts (process {process.pid}, log {_shown(log)})")
        return True

    def _directories(self, server: Server, *, fresh: bool) -> tuple[Path, Path]:
        home = self.root / server.name
        elsewhere = os.environ.get(DATA_VARIABLE)
        data = Path(elsewhere).absolute() / server.name if elsewhere else home / "data"
        if fresh:
            shutil.rmtree(data, ignore_errors=True)
        for directory in (home, data):
            directory.mkdir(parents=True, exist_ok=True)
        log = self.log(server.name)
        if log.exists():
            log.replace(log.with_name("log.previous"))
        return home, data

    def _await(self, server: Server, deadline: float) -> None:
        while self.running(server):
            if server.serves(self._members(server)):
                return
            if time.monotonic() > deadline:
                raise ServiceProblem(f"{server.name} runs but does not answer. {self._tail(server.name)}")
            time.sleep(PAUSE)
        state.forget(server.name, self.root)
        raise ServiceProblem(f"{server.name} ended while starting. {self._tail(server.name)}")

    def _members(self, server: Server) -> int:
        """How many of its cluster can answer, itself included; one that a signal holds still cannot."""
        others = [other for other in self.servers if other.cluster == server.cluster and other != server]
        found = [self.running(other) for other in others]
        return 1 + sum(member is not None and not processes.held(member.process) for member in found)

    def _tail(self, name: str) -> str:
        lines = self.log(name).read_text(errors="replace").splitlines()[-TAIL_LINES:]
        return "\n".join([f"The end of {_shown(self.log(name))}:", *lines])

    def _finish(self, name: str, found: Running | None, begun: float, patience: float) -> str:
        if found is not None:
            processes.await_end(found.process, patience)
        state.forget(name, self.root)
        seconds = time.monotonic() - begun
        return f"{name}: stopped after {seconds:.1f} s" if found else f"{name}: does not run"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two commands at the same time follow each other."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
