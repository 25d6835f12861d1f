"""A server in miniature: a Python process that listens, where Cassandra would be a Java process."""

import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from services.server import Program
from services.state import Address

LISTENS = """
import socket, signal, sys
with socket.create_server(("127.0.0.1", int(sys.argv[1]))):
    signal.pause()
"""
ENDS = "import sys; print('the disk is full', file=sys.stderr); sys.exit(1)"


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Listener:
    """Listens as long as it lives; it serves once a connection is taken."""

    name: str
    port: int
    script: str = LISTENS
    title: str = "Listener"
    profile: str = "none"

    @property
    def cluster(self) -> str:
        return self.name.partition("-")[0]

    @property
    def address(self) -> Address:
        return Address("127.0.0.1", self.port)

    @property
    def listens(self) -> tuple[Address, ...]:
        return (self.address,)

    def prepare(self, _: Program, home: Path, data: Path) -> None:
        (data / "kept").touch()

    def command(self, program: Program, home: Path) -> list[str]:
        return [program.java, "-c", self.script, str(self.port)]

    def serves(self, members: int) -> bool:
        try:
            socket.create_connection((self.address.host, self.port), timeout=5).close()
        except OSError:
            return False
        return True


def python(_: str) -> Program:
    """Runs a listener."""
    return Program(sys.executable, "")
