"""Figures as Prometheus reads them: its text format, version 0.0.4."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


@dataclass(frozen=True, slots=True)
class Gauge:
    """One figure that can rise and fall, for each value of a label."""

    name: str
    says: str
    label: str
    values: Mapping[str, float]


def exposition(gauges: Iterable[Gauge]) -> str:
    return "".join(map(_spelled, gauges))


def _spelled(gauge: Gauge) -> str:
    samples = (
        f'{gauge.name}{{{gauge.label}="{named.translate(ESCAPES)}"}} {value}\n'
        for named, value in sorted(gauge.values.items())
    )
    return f"# HELP {gauge.name} {gauge.says}\n# TYPE {gauge.name} gauge\n{''.join(samples)}"
