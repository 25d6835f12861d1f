"""How well, and how fast, near vectors are found: in the embedded store, in Cassandra, and on real texts."""

import os
from collections.abc import Iterator

from rich.console import Console

from evaluations.reports import Figures
from evaluations.vectors.distributed import in_cassandra
from evaluations.vectors.embedded import in_sqlite
from evaluations.vectors.texts import on_texts

SIZES = "EVAL_VECTORS"
"""Names the variable that lists other sizes than these for the embedded store, such as 1000000."""
EMBEDDED = (10_000, 100_000)
CASSANDRA = "EVAL_CASSANDRA_VECTORS"
"""The same for Cassandra."""
DISTRIBUTED = (10_000,)


def vectors(console: Console) -> Iterator[Figures]:
    yield in_sqlite(console, _sizes(SIZES, EMBEDDED))
    yield on_texts()
    yield in_cassandra(console, _sizes(CASSANDRA, DISTRIBUTED))


def _sizes(name: str, usual: tuple[int, ...]) -> tuple[int, ...]:
    chosen = os.environ.get(name)
    return tuple(map(int, chosen.split(","))) if chosen else usual
