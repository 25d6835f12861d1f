"""Numbered scripts that bring a back end's schema to what this version of the code needs.

A script is a file ``NNNN_words.sql`` (or ``.cql``) beside the back end's code. Once applied it is never
changed: what comes later is another script.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Protocol

FILE_NAME = re.compile(r"(?P<number>[0-9]{4})_(?P<name>[a-z0-9_]+)\.(?:sql|cql)")


class MigrationRefused(Exception):
    """The store and this version of the code do not fit; ``str`` says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What the store remembers of a script that ran."""

    number: int
    name: str
    digest: str
    """SHA-256 of the script, in hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    number: int
    name: str
    script: str

    @property
    def digest(self) -> str:
        return sha256(self.script.encode()).hexdigest()

    @property
    def applied(self) -> Applied:
        return Applied(number=self.number, name=self.name, digest=self.digest)


class Schema(Protocol):
    """A back end as the runner sees it."""

    async def applied(self) -> Sequence[Applied]:
        """What ran so far, by number; nothing for a new store."""
        ...

    async def apply(self, migration: Migration) -> None:
        """Runs the script and remembers it; without effect if another process was faster."""
        ...


def migrations_in(package: str, folder: str) -> tuple[Migration, ...]:
    """The scripts of a folder inside an importable package, by number; raises MigrationRefused at a gap."""
    found = []
    for file in files(package).joinpath(folder).iterdir():
        if read := FILE_NAME.fullmatch(file.name):
            script = file.read_text(encoding="utf-8")
            found.append(Migration(number=int(read["number"]), name=read["name"], script=script))
    return in_order(found)


def in_order(migrations: Iterable[Migration]) -> tuple[Migration, ...]:
    """Sorted by number, which must be 1, 2, 3 and so on; raises MigrationRefused."""
    ordered = tuple(sorted(migrations, key=lambda migration: migration.number))
    for expected, migration in enumerate(ordered, start=1):
        if migration.number != expected:
            raise MigrationRefused(
                f"The schema script {migration.number:04} ({migration.name}) stands where {expected:04} "
                "belongs: scripts are numbered 0001, 0002 and so on, each number once."
            )
    return ordered


async def migrate(schema: Schema, migrations: Sequence[Migration]) -> Sequence[Migration]:
    """Applies what is missing, in order, and returns it; raises MigrationRefused before any change."""
    present = await schema.applied()
    _check(present, migrations)
    missing = migrations[len(present) :]
    for migration in missing:
        await schema.apply(migration)
    return missing


def _check(present: Sequence[Applied], migrations: Sequence[Migration]) -> None:
    if len(present) > len(migrations):
        newest = present[-1]
        raise MigrationRefused(
            f"The store has the schema script {newest.number:04} ({newest.name}), which this version of "
            "KillrVideo does not know: a newer version has used it. Run that version, or restore a backup."
        )
    for known, migration in zip(present, migrations, strict=False):
        if known != migration.applied:
            raise MigrationRefused(
                f"The schema script {migration.number:04} ({migration.name}) differs from the one that the "
                f"store was made with ({known.name}). Applied scripts are never changed: add a new one."
            )
