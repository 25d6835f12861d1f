"""`python -m services`: the commands that people, make and CI use."""

import argparse
import signal
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.markup import escape

from services.artifacts import class_path
from services.catalogue import DEFAULT
from services.java import find_java, find_maven
from services.lifecycle import START_PATIENCE, Services
from services.problems import ServiceProblem, ToolMissing
from services.process_table import look_up
from services.server import Server

FAILED, MISSING = 1, 3
NAMES = "one, kafka, three (or three-1, three-2, three-3), spare-cassandra, spare-kafka"
SIGNALS = {name: signal.Signals[f"SIG{name}"] for name in ("KILL", "STOP", "CONT", "TERM")}


def _report(sentence: str) -> None:
    console.print(escape(sentence), soft_wrap=True)


console = Console(highlight=False)
services = Services(report=_report)
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
        services.start(asked.names, fresh=asked.fresh, patience=asked.patience)


def _stop(asked: argparse.Namespace) -> None:
    with console.status("Waiting for what was started to end"):
        services.stop(asked.names)


def _restart(asked: argparse.Namespace) -> None:
    services.stop(asked.names)
    _start(asked)


def _kill(asked: argparse.Namespace) -> None:
    services.kill(asked.names, SIGNALS[asked.signal])


def _status(asked: argparse.Namespace) -> None:
    chosen = services.choose(asked.names) if asked.names else services.servers
    for server in chosen:
        _report(f"{server.name:<16} {server.address!s:<15} {_told_of(server)}")
    if asked.names and not all(services.running(server) for server in chosen):
        raise ServiceProblem("Not all of them run.")


def _told_of(server: Server) -> str:
    found = services.running(server)
    entry = None if found is None else look_up(found.process.pid)
    if found is None or entry is None:
        return "does not run"
    told = "held still by a signal" if entry.held else "runs"
    return f"{told}, process {found.process.pid}, {entry.memory_mib} MiB, since {found.since}"


def _check(_: argparse.Namespace) -> None:
    _report(f"Java: {find_java()}, Maven: {find_maven()}")


def _fetch(_: argparse.Namespace) -> None:
    for profile in sorted({server.profile for server in services.servers}):
        with console.status(f"Fetching {profile}"):
            _report(f"{profile}: {class_path(profile).count(':') + 1} libraries")


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
        starting.add_argument("--patience", type=float, default=START_PATIENCE, metavar="SECONDS")
    stop = add("stop", _stop, "End servers that were started from here; without a name, all.")
    stop.add_argument("names", nargs="*", metavar="NAME", help=NAMES)
    kill = add("kill", _kill, "Send a signal to servers, to see what others make of it.")
    kill.add_argument("names", nargs="+", metavar="NAME", help=NAMES)
    kill.add_argument("--signal", choices=SIGNALS, default="KILL")
    status = add("status", _status, "Show what runs; fails if one that is named does not.")
    status.add_argument("names", nargs="*", metavar="NAME", help=NAMES)
    add("check", _check, "Say whether Java and Maven are here.")
    add("fetch", _fetch, "Fetch the programs without starting any.")
    return parser
