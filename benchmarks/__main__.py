"""`make bench`: start-up, memory, and speed as ratios, with both sides measured in turns in one run.

Machines are noisy and shared: only what two sides do in the same minute is worth comparing.
"""

import argparse
import asyncio
import json
import platform
import random
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console

from benchmarks import cassandra
from benchmarks.load import Outcome, Request, closed_loop, get, open_loop, post
from benchmarks.report import Comparison, MixedLoad, Report, print_report, write_markdown
from benchmarks.servers import Server, free_port, running
from services import state

COMMAND = str(Path(sys.executable).with_name("killrvideo"))
DATA_SET = Path(__file__).resolve().parents[2] / "shared" / "data" / "killrvideo"
CONNECTIONS = 8
NFR_PER_SECOND = 100
MIXED_PER_SECOND = 5 * NFR_PER_SECOND
console = Console()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA_SET, help="data set in the public CSV layout")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each side (5)")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a turn (2)")
    parser.add_argument("--mixed-seconds", type=float, default=20.0, help="length of the mixed load (20)")
    parser.add_argument("--only", choices=("sqlite", "cassandra"), help="one of the two parts")
    parser.add_argument("--write", type=Path, help="also write the tables as Markdown to this file")
    chosen = parser.parse_args()
    if chosen.only != "cassandra":
        measure_sqlite(chosen)
    if chosen.only == "cassandra" or state.running("one"):
        costs = cassandra.measure_cassandra(console, rounds=chosen.rounds, seconds=chosen.seconds)
        cassandra.tell(costs, console, chosen.write)
    elif chosen.only is None:
        console.print("No Cassandra runs (`make services` starts one): its part is left out.")


def measure_sqlite(chosen: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = measure(Path(folder), chosen)
    print_report(console, report)
    if chosen.write:
        write_markdown(chosen.write, report)


def measure(folder: Path, chosen: argparse.Namespace) -> Report:
    environment = {
        "KILLRVIDEO_DATA_DIR": str(folder / "var"),
        "KILLRVIDEO_RATE_LIMITS": "off",
        "KILLRVIDEO_LOG_FORMAT": "json",
    }
    load = ["import", str(chosen.data)] if chosen.data.exists() else ["seed", "--demo", "--no-clips"]
    console.print(f"Loading: killrvideo {load[0]} ...")
    subprocess.run([COMMAND, *load], env={**environment, "PATH": ""}, check=True, stdout=subprocess.DEVNULL)
    with ExitStack() as stack:
        port = free_port()
        serve = [COMMAND, "serve", "--port", str(port)]
        log = folder / "server.log"
        server = stack.enter_context(running(serve, port, "/health/ready", environment, log))
        idle = server.resident_megabytes()
        paths = endpoints(server)
        bodies = folder / "bodies"
        bodies.mkdir()
        for number, path in enumerate(paths.values()):
            (bodies / f"{number}.json").write_bytes(_read(server.address + path))
        other = free_port()
        bare = ["-m", "benchmarks.bare", str(bodies), str(other)]
        nothing = stack.enter_context(running(bare, other, "/bytes/0", {}, folder / "bare.log"))
        token = _register(server)
        return Report(
            machine=f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}",
            videos=json.loads(_read(f"{server.address}/api/v1/videos/latest"))["pagination"]["totalItems"],
            seconds_to_first_answer=server.seconds_to_first_answer,
            idle_megabytes=idle,
            comparisons=[
                compare(name, path, number, server, nothing, token, chosen)
                for number, (name, path) in enumerate(paths.items())
            ],
            mixed=mixed(server, token, chosen.mixed_seconds),
        )


def endpoints(server: Server) -> dict[str, str]:
    """The four paths to measure; the video is the one with the most comments among the latest."""
    latest = _json(server, "/videos/latest?pageSize=50")["data"]
    video = max(latest, key=lambda item: _total(server, f"/videos/{item['videoId']}/comments"))["videoId"]
    return {
        "GET /videos/{id}": f"/api/v1/videos/{video}",
        "GET /videos/latest": "/api/v1/videos/latest",
        "GET /search/videos": "/api/v1/search/videos?query=cassandra%20data%20modeling",
        "GET /videos/{id}/comments": f"/api/v1/videos/{video}/comments",
    }


def compare(
    name: str, path: str, number: int, server: Server, bare: Server, token: str, chosen: argparse.Namespace
) -> Comparison:
    """Each round lets every side have its turn; a ratio is taken inside a round.

    "shared" may be answered with what was made for another reader since the last commit; a parameter that
    nobody sent before makes sure that the answers of "anew" and "signed in" are not.
    """
    console.print(f"Measuring {name} ...")
    always_new = count()
    mark = "&" if "?" in path else "?"
    sides: dict[str, tuple[Server, Callable[[], Request]]] = {
        "shared": (server, lambda: get(path)),
        "anew": (server, lambda: get(f"{path}{mark}n={next(always_new)}")),
        "signed in": (server, lambda: get(f"{path}{mark}n={next(always_new)}", token)),
        "bytes": (bare, lambda: get(f"/bytes/{number}")),
        "object": (bare, lambda: get(f"/object/{number}")),
    }
    rates: dict[str, list[float]] = {side: [] for side in sides}
    processor: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(chosen.rounds):
        for side, (target, choose) in sides.items():
            used = target.cpu_seconds()
            outcome = _closed(target, choose, chosen.seconds)
            rates[side].append(outcome.per_second)
            processor[side].append((target.cpu_seconds() - used) / len(outcome.latencies) * 1e6)
    return Comparison(name, rates, {side: median(figures) for side, figures in processor.items()})


def _closed(target: Server, choose: Callable[[], Request], seconds: float) -> Outcome:
    outcome = asyncio.run(closed_loop(target.port, choose, connections=CONNECTIONS, seconds=seconds))
    if outcome.failures:
        raise RuntimeError(f"{outcome.failures} answers were errors: {outcome.statuses}")
    return outcome


def mixed(server: Server, token: str, seconds: float) -> MixedLoad:
    """Readers, watchers and writers together: at five times the rate that is asked for, and at full speed."""
    console.print("Measuring the mixed load ...")
    choose = _mix(server, token)
    steady = asyncio.run(
        open_loop(server.port, choose, per_second=MIXED_PER_SECOND, connections=64, seconds=seconds)
    )
    most = asyncio.run(closed_loop(server.port, choose, connections=CONNECTIONS, seconds=seconds / 2))
    return MixedLoad(MIXED_PER_SECOND, NFR_PER_SECOND, steady, most)


def _mix(server: Server, token: str) -> Callable[[], Request]:
    chooser = random.Random(1)
    ids = [item["videoId"] for item in _json(server, "/videos/latest?pageSize=100")["data"]]
    words = ("cassandra", "vector search", "data modeling", "langflow", "java driver", "kubernetes", "astra")
    comment = json.dumps({"text": "Clear and to the point, thank you"}).encode()
    kinds = {
        lambda: get(f"/api/v1/videos/{chooser.choice(ids)}"): 30,
        lambda: get(f"/api/v1/videos/{chooser.choice(ids)}", token): 10,
        lambda: get("/api/v1/videos/latest"): 20,
        lambda: get(f"/api/v1/videos/{chooser.choice(ids)}/comments", token): 15,
        lambda: get(f"/api/v1/search/videos?query={chooser.choice(words).replace(' ', '%20')}", token): 10,
        lambda: post(f"/api/v1/videos/{chooser.choice(ids)}/view", b"", token): 9,
        lambda: post(f"/api/v1/videos/{chooser.choice(ids)}/comments", comment, token): 3,
        lambda: post(f"/api/v1/videos/{chooser.choice(ids)}/ratings", b'{"rating": 4}', token): 3,
    }
    makers, weights = list(kinds), list(kinds.values())

    def choose() -> Request:
        return chooser.choices(makers, weights)[0]()

    return choose


def _register(server: Server) -> str:
    person = {"firstName": "Ben", "lastName": "Ch", "email": "ben@bench.example", "password": "bench-pass"}
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{server.address}/api/v1/users/register",
        data=json.dumps(person).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
        return str(json.load(answer)["token"])


def _total(server: Server, path: str) -> int:
    return int(_json(server, path)["pagination"]["totalItems"])


def _json(server: Server, path: str) -> Any:
    return json.loads(_read(f"{server.address}/api/v1{path}"))


def _read(address: str) -> bytes:
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - loopback
        return bytes(answer.read())


if __name__ == "__main__":
    main()
