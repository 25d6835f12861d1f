"""What runs: one small file per server in build/services, written at its start and removed at its end."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from services.processes import Process, living

ROOT = Path(__file__).parent.parent / "build" / "services"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @staticmethod
    def parse(text: str) -> "Address":
        """Read `host:port`; ValueError says what is wrong."""
        host, colon, port = text.strip().rpartition(":")
        if not (host and colon and port.isdecimal()):
            raise ValueError(f"'{text}' is no address; write it as 127.0.0.1:9042")
        return Address(host, int(port))


@dataclass(frozen=True, slots=True)
class Running:
    """A server as its state file tells."""

    name: str
    address: Address
    process: Process
    #: When it was started, as people read it (ISO 8601, UTC).
    since: str


def read(name: str, root: Path = ROOT) -> Running | None:
    """What the state file of this server tells, living or not; None without a (readable) one."""
    try:
        content = json.loads(_file(name, root).read_text())
        return Running(
            name=name,
            address=Address(content["address"]["host"], content["address"]["port"]),
            process=Process(content["process"]["pid"], content["process"]["birth"]),
            since=content["since"],
        )
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def running(name: str, root: Path = ROOT) -> Running | None:
    """This server, if the process that its state file names still lives."""
    found = read(name, root)
    return found if found is not None and living(found.process) else None


def write(server: Running, root: Path = ROOT) -> None:
    """Record a server that was started; a reader sees the old file or the new one, never half of it."""
    root.mkdir(parents=True, exist_ok=True)
    fresh = root / f".{server.name}.{os.getpid()}"
    fresh.write_text(json.dumps(asdict(server), indent=2) + "\n")
    fresh.replace(_file(server.name, root))


def forget(name: str, root: Path = ROOT) -> None:
    """Remove the record of a server that ended."""
    _file(name, root).unlink(missing_ok=True)


def _file(name: str, root: Path) -> Path:
    return root / f"{name}.json"
