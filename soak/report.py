"""The tables of a soak, for the terminal and for the documentation."""

from collections.abc import Iterable, Iterator, Sequence
from statistics import quantiles

from rich.console import Console
from rich.table import Table

from soak.asking import NO_ANSWER, Sample

HEADINGS = ("requests", "2xx", "503", "last after s", "no answer", "other", "p50 ms", "p99 ms", "slowest ms")
"""The last 503: so many seconds after the phase began."""


def by_phase(samples: Sequence[Sample]) -> Iterator[tuple[str, ...]]:
    for phase in dict.fromkeys(sample.phase for sample in samples):
        yield phase, *_figures([sample for sample in samples if sample.phase == phase])
    yield "all", *_figures(samples)


def by_operation(samples: Sequence[Sample]) -> Iterator[tuple[str, ...]]:
    for operation in sorted({sample.operation for sample in samples}):
        yield operation, *_figures([sample for sample in samples if sample.operation == operation])


def _figures(samples: Sequence[Sample]) -> tuple[str, ...]:
    statuses = [sample.status for sample in samples]
    good = sum(200 <= status < 300 for status in statuses)
    away, silent = statuses.count(503), statuses.count(NO_ANSWER)
    times = sorted(sample.seconds * 1000 for sample in samples)
    cuts = quantiles(times, n=100, method="inclusive") if len(times) > 1 else [times[0]] * 99
    last = max((sample.into for sample in samples if sample.status == 503), default=None)
    others = len(samples) - good - away - silent
    return (
        *(f"{count:,}" for count in (len(samples), good, away)),
        "" if last is None else f"{last:.0f}",
        *(f"{number:,.0f}" for number in (silent, others, cuts[49], cuts[98], times[-1])),
    )


def print_table(console: Console, title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(*headings, title=title)
    for row in rows:
        table.add_row(*row)
    console.print(table)
