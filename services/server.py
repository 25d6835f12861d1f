"""What starting, stopping and asking need to know of a server, whichever it is."""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from services.state import Address

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Program:
    """How to run it: a Java, and where the classes are."""

    java: str
    class_path: str


class Server(Protocol):
    """One process: a Cassandra node or a broker."""

    @property
    def name(self) -> str:
        """The name in commands and of the state file."""

    @property
    def cluster(self) -> str:
        """Servers of one cluster wait for each other."""

    @property
    def title(self) -> str:
        """What it is, for people."""

    @property
    def address(self) -> Address:
        """Where clients find it."""

    @property
    def listens(self) -> tuple[Address, ...]:
        """Every address it needs to be free."""

    @property
    def profile(self) -> str:
        """Its profile in the pom."""

    def prepare(self, program: Program, /, home: Path, data: Path) -> None:
        """Write its configuration into `home` and make `data` ready for a first start."""

    def command(self, program: Program, home: Path) -> list[str]:
        """The command line that runs it in the foreground."""

    def serves(self, members: int) -> bool:
        """Whether it answers, and knows so many living members of its cluster, itself included."""


def fill(template: str, values: Mapping[str, object], target: Path) -> None:
    """Write a file of services/templates with its $names filled in; KeyError names one without a value."""
    text = string.Template((TEMPLATES / template).read_text())
    target.write_text(text.substitute(values))


def options(file: Path) -> list[str]:
    """The JVM options in a filled template: one a line, # starts a comment."""
    lines = (line.strip() for line in file.read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]
