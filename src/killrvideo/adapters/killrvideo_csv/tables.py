"""One CSV file as rows that know their line, in either spelling that is about: quotes doubled, or escaped.

A row that cannot be read takes no other with it: reading goes on at the next line.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from killrvideo.domain.errors import InvalidInput
from killrvideo.service_interfaces.catalogue import BadRow, CatalogueRefused, Place

ESCAPE_CHARACTERS = (None, "\\")
"""RFC 4180 first; Cassandra's own tools put a backslash before a quote, a comma and a backslash."""


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one row by their column."""

    place: Place
    cells: Mapping[str, str]

    def optional(self, column: str) -> str | None:
        """The cell without blanks around it; None if it is empty or the file lacks the column."""
        return self.cells.get(column, "").strip() or None

    def required(self, column: str) -> str:
        """Raises InvalidInput for an empty cell."""
        cell = self.optional(column)
        if cell is None:
            raise InvalidInput(f"{column} is missing.")
        return cell


class Table:
    """A file of the catalogue. One that is not there has no rows."""

    def __init__(self, path: Path, required: Sequence[str]) -> None:
        """Raises CatalogueRefused for a file that cannot be read or lacks a required column."""
        self._name = path.name
        self._lines = _lines_of(path)
        self.columns = self._heading()
        missing = [column for column in required if self._lines and column not in self.columns]
        if missing:
            raise CatalogueRefused(f"{path} lacks the columns: {', '.join(missing)}.")
        readings = [(*self._measured(escape), escape) for escape in ESCAPE_CHARACTERS]
        # The first of equals is taken: the standard, unless it misreads more rows.
        self._faults, self.size, self._escape = min(readings, key=lambda reading: reading[0])

    def records(self) -> Iterator[Record | BadRow]:
        return self._parsed(self._escape)

    def _heading(self) -> tuple[str, ...]:
        if not self._lines:
            return ()
        return tuple(name.strip().lower() for name in next(csv.reader(self._lines[:1]), ()))

    def _measured(self, escape: str | None) -> tuple[int, int]:
        """How many rows cannot be read this way, and how many there are."""
        readable = [isinstance(row, Record) for row in self._parsed(escape)]
        return readable.count(False), len(readable)

    def _parsed(self, escape: str | None) -> Iterator[Record | BadRow]:
        begin = 1
        while begin < len(self._lines):
            reader = csv.reader(self._from(begin), strict=True, escapechar=escape)
            row = begin
            try:
                for cells in reader:
                    if cells:
                        yield self._fitted(Place(self._name, row + 1), cells)
                    row = begin + reader.line_num
                return
            except csv.Error:
                yield BadRow(Place(self._name, row + 1), "Its quotes are not closed where they should be.")
                begin = row + 1

    def _from(self, begin: int) -> Iterator[str]:
        return (self._lines[number] for number in range(begin, len(self._lines)))

    def _fitted(self, place: Place, cells: Sequence[str]) -> Record | BadRow:
        if len(cells) != len(self.columns):
            return BadRow(place, f"It has {len(cells)} columns where the heading has {len(self.columns)}.")
        if not is_storable("".join(cells)):
            return BadRow(place, "It is not text in UTF-8, or holds the character NUL.")
        return Record(place, dict(zip(self.columns, cells, strict=True)))


def _lines_of(path: Path) -> list[str]:
    """Only line feeds and carriage returns end a line, as the CSV reader has it."""
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            return list(file)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise CatalogueRefused(f"{path} cannot be read: {error.strerror}.") from error


def is_storable(text: str) -> bool:
    """Neither NUL nor a lone surrogate, which is what bytes that were no UTF-8 have become."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text
