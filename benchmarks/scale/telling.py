"""The tables of `make bench-scale`."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.documents import machine, table, write_chapter
from benchmarks.scale.measuring import Measured, Size

TITLES = {"sqlite": "As a site grows: SQLite", "cassandra": "As a site grows: Cassandra, one node"}


def tell(back_end: str, measured: Measured, console: Console, path: Path | None) -> None:
    sizes = sorted(next(iter(measured.values())))
    headings, rows = _headings(sizes), list(_rows(measured, sizes))
    shown = Table(*headings, title=TITLES[back_end])
    for row in rows:
        shown.add_row(*row)
    console.print(shown)
    if path is not None:
        write_chapter(path, TITLES[back_end], [f"Machine: {machine()}.", "", *table(headings, rows)])


def _headings(sizes: Sequence[Size]) -> list[str]:
    first, *others = sizes
    milliseconds = [f"{size:,}: ms, p95" for size in sizes]
    return ["read path", *(f"{size:,} / {first:,}" for size in others), *milliseconds]


def _rows(measured: Measured, sizes: Sequence[Size]) -> Iterator[list[str]]:
    first, *others = sizes
    for name, by_size in measured.items():
        ratios = [f"{by_size[size].ratio_to(by_size[first]):.2f}" for size in others]
        times = [f"{by_size[size].middle * 1000:.1f}, {by_size[size].slow * 1000:.1f}" for size in sizes]
        yield [name, *ratios, *times]
