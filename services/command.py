"""`python -m services`: the commands that people, make and CI use."""

import argparse
import signal
import sys
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services import lifecycle, processes, state
from services.artifacts import class_path
from services.catalogue import DEFAULT, SERVERS
from services.java import find_java, find_maven
from services.problems import ServiceProblem, ToolMissing
from services.process_table import look_up

FAILED, MISSING = 1, 3
NAMES = "one, three, kafka, or a node of three: three-1, three-2, three-3"
SIGNALS = {name: signal.Signals[f"SIG{name}"] for name in ("KILL", "STOP", "CONT", "TERM")}

console = Console(highlight=False)
Verb = Callable[[argparse.Namespace], None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 is done, 1 failed, 2 wrongly asked, 3 Java or Maven is missing."""
    asked = _parser().parse_args(arguments)
    verb: Verb = asked.verb
    try:
        verb(asked)
    except ToolMissing as missing:
        return _refuse(missing, MISSING)
    except ServiceProblem as problem:
        return _refuse(problem, FAILED)
    return 0


def _refuse(problem: ServiceProblem, code: int) -> int:
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"[red]{escape(str(problem))}[/]")
    return code


def _start(asked: argparse.Namespace) -> None:
    with console.status(f"Waiting for {', '.join(asked.names)}"):
        lifecycle.start(asked.names, _report, fresh=asked.fresh, patience=asked.patience)


def _stop(asked: argparse.Namespace) -> None:
    with console.status("Waiting for what was started to end"):
        lifecycle.stop(asked.names, _report)


def _restart(asked: argparse.Namespace) -> None:
    lifecycle.stop(asked.names, _report)
    _start(asked)


def _kill(asked: argparse.Namespace) -> None:
    lifecycle.kill(asked.names, SIGNALS[asked.signal], _report)


def _status(_: argparse.Namespace) -> None:
    table = Table(box=None)
    for heading in ("name", "server", "address", "process", "state", "memory", "since"):
        table.add_column(heading, no_wrap=True)
    for server in SERVERS:
        found = state.running(server.name)
        if found is None:
            table.add_row(server.name, server.title, str(server.address), "", "does not run")
        else:
            told = "held by a signal" if processes.held(found.process) else "runs"
            memory = f"{entry.memory_mib} MiB" if (entry := look_up(found.process.pid)) else ""
            process = str(found.process.pid)
            table.add_row(server.name, server.title, str(found.address), process, told, memory, found.since)
    console.print(table)


def _check(_: argparse.Namespace) -> None:
    _report(f"Java: {find_java()}, Maven: {find_maven()}")


def _fetch(_: argparse.Namespace) -> None:
    for profile in sorted({server.profile for server in SERVERS}):
        with console.status(f"Fetching {profile}"):
            _report(f"{profile}: {class_path(profile).count(':') + 1} libraries")


def _report(sentence: str) -> None:
    console.print(escape(sentence), soft_wrap=True)
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services", description="The real servers of the tests.")
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    def add(name: str, verb: Verb, meaning: str) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=meaning, description=meaning)
        added.set_defaults(verb=verb)
        return added

    for starting in (
        add("start", _start, "Start servers and wait until they answer."),
        add("restart", _restart, "Stop them, then start them."),
    ):
        starting.add_argument("names", nargs="*", default=DEFAULT, metavar="NAME", help=NAMES)
        starting.add_argument("--fresh", action="store_true", help="without the data of earlier runs")
        starting.add_argument("--patience", type=float, default=lifecycle.START_PATIENCE, metavar="SECONDS")
    stop = add("stop", _stop, "End servers that were started from here; without a name, all.")
    stop.add_argument("names", nargs="*", metavar="NAME", help=NAMES)
    kill = add("kill", _kill, "Send a signal to servers, to see what others make of it.")
    kill.add_argument("names", nargs="+", metavar="NAME", help=NAMES)
    kill.add_argument("--signal", choices=SIGNALS, default="KILL")
    add("status", _status, "Show what runs.")
    add("check", _check, "Say whether Java and Maven are here.")
    add("fetch", _fetch, "Fetch the programs without starting any.")
    return parser
