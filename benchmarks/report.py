"""The tables of `make bench`, for the terminal and for the documentation."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.documents import table, write_chapter
from benchmarks.load import Outcome

INTRODUCTION = Path(__file__).with_name("introduction.md")

SIDES = ("shared", "anew", "signed in", "bytes", "object")
HEADINGS = (
    "operation",
    "shared / bytes",
    "anew / bytes",
    "signed in / bytes",
    "anew / object",
    f"requests/s ({', '.join(SIDES)})",
    f"CPU µs ({', '.join(SIDES)})",
)


@dataclass(frozen=True, slots=True)
class Comparison:
    name: str
    rates: dict[str, list[float]]
    """Requests per second of each side, a figure a round."""
    processor: dict[str, float]
    """Processor time of the server for one request, in microseconds."""

    def ratio(self, ours: str, bare: str) -> float:
        """The median of the ratios of the rounds."""
        return median(a / b for a, b in zip(self.rates[ours], self.rates[bare], strict=True))

    def row(self) -> tuple[str, ...]:
        return (
            self.name,
            f"{self.ratio('shared', 'bytes'):.2f}",
            f"{self.ratio('anew', 'bytes'):.2f}",
            f"{self.ratio('signed in', 'bytes'):.2f}",
            f"{self.ratio('anew', 'object'):.2f}",
            ", ".join(f"{median(self.rates[side]):,.0f}" for side in SIDES),
            ", ".join(f"{self.processor[side]:,.0f}" for side in SIDES),
        )


@dataclass(frozen=True, slots=True)
class MixedLoad:
    per_second: float
    required: float
    steady: Outcome
    most: Outcome

    def rows(self) -> Iterator[tuple[str, str]]:
        steady, most = self.steady, self.most
        yield "offered", f"{self.per_second:,.0f} requests/s, {self.per_second / self.required:.0f} x the NFR"
        yield "answered", f"{steady.per_second:,.0f} requests/s, {steady.failures} of them errors"
        yield (
            "latency p50 / p95 / p99",
            " / ".join(_ms(steady.percentile(share)) for share in (0.5, 0.95, 0.99)),
        )
        yield (
            "at full speed",
            (
                f"{most.per_second:,.0f} requests/s, {most.per_second / self.required:.1f} x the NFR, "
                f"{most.failures} of them errors, p99 {_ms(most.percentile(0.99))}"
            ),
        )


@dataclass(frozen=True, slots=True)
class Report:
    machine: str
    videos: int
    seconds_to_first_answer: float
    idle_megabytes: float
    comparisons: list[Comparison]
    mixed: MixedLoad

    def facts(self) -> Iterator[tuple[str, str]]:
        yield "machine", self.machine
        yield "videos in the store", f"{self.videos:,}"
        yield "start to first answer", f"{self.seconds_to_first_answer:.2f} s"
        yield "memory when idle", f"{self.idle_megabytes:.0f} MB"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def print_report(console: Console, report: Report) -> None:
    for title, rows in (("The run", report.facts()), ("Mixed load", report.mixed.rows())):
        shown = Table(title=title, show_header=False)
        for row in rows:
            shown.add_row(*row)
        console.print(shown)
    compared = Table(*HEADINGS, title="Requests per second, against a bare FastAPI route")
    for comparison in report.comparisons:
        compared.add_row(*comparison.row())
    console.print(compared)


def write_markdown(path: Path, report: Report) -> None:
    """Leaves chapters that others have written alone."""
    lines = [*INTRODUCTION.read_text("utf-8").splitlines(), "", *table(("the run", ""), report.facts()), ""]
    lines += [*table(HEADINGS, (comparison.row() for comparison in report.comparisons)), ""]
    lines += table(("mixed load", ""), report.mixed.rows())
    write_chapter(path, None, lines)
