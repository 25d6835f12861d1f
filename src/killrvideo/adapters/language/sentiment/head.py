"""The trained part, as data: `python -m training sentiment` makes it.

It is JSON, so that loading a model runs no code.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files

FILE = "head.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    name: str
    embeddings: str
    """The model whose vectors it weighs."""
    hidden: Sequence[Sequence[float]]
    """For each number of the vector and each of VADER's proportions, a weight for each hidden unit."""
    hidden_biases: Sequence[float]
    out: Sequence[Sequence[float]]
    """For each hidden unit, a weight for each class: negative, neutral, positive."""
    out_biases: Sequence[float]
    openers: Sequence[str]
    """Words that begin sentences and are no names, in lower case."""

    def as_json(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))


def packaged_head() -> Head:
    return Head(**json.loads(files(__package__).joinpath(FILE).read_text(encoding="utf-8")))
