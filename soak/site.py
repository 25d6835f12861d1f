"""The processes of one site: API processes and workers on one store, with a stand-in for YouTube."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.servers import free_port

PATIENCE = 60.0
KEYS = "soak:a-secret-that-all-processes-of-the-soak-share"
CHEAP = {"argon2_memory_kib": "8", "argon2_time": "1", "rate_limits": "off", "log_level": "warning"}
"""Passwords cost next to nothing: the store is what is tried."""


@dataclass(frozen=True, slots=True)
class Site:
    addresses: list[str]
    """Of the API processes."""
    processes: list[subprocess.Popen[bytes]]

    def died(self) -> int:
        """How many processes have ended by themselves."""
        return sum(process.poll() is not None for process in self.processes)


@contextmanager
def open_site(
    folder: Path, settings: Mapping[str, str], *, apis: int = 2, workers: int = 2
) -> Iterator[Site]:
    """Migrates the store, then runs the processes, which are ended at the end. Logs go to the folder."""
    environment = _environment({"signing_keys": KEYS, **CHEAP, **settings})
    done = subprocess.run(
        [sys.executable, "-m", "killrvideo", "migrate"],
        env={"KILLRVIDEO_DATA_DIR": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"The schema could not be made:\n{done.stdout}{done.stderr}")
    with ExitStack() as stack:
        ports = [free_port() for _ in range(apis)]
        words = [["serve", "--no-worker", "--port", str(port)] for port in ports] + [["worker"]] * workers
        processes = [
            stack.enter_context(_running(folder / f"{number}-{verb[0]}", verb, environment))
            for number, verb in enumerate(words)
        ]
        addresses = [f"http://127.0.0.1:{port}" for port in ports]
        for address in addresses:
            _await(address)
        yield Site(addresses, processes)


@contextmanager
def _running(
    folder: Path, words: list[str], environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "killrvideo", *words],
            env={"KILLRVIDEO_DATA_DIR": str(folder), **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


def _await(address: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{address}/health/ready", timeout=5).close()  # noqa: S310 - loopback
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{address} was not ready within {PATIENCE:.0f} s.")


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("KILLRVIDEO_")}
    return bare | {f"KILLRVIDEO_{name.upper()}": value for name, value in settings.items()}
