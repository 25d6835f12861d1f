"""The trained part: a linear model that weighs a text's vector and its words with a sentiment.

`python -m training sentiment` makes it. Its weights are rounded to four places and read as JSON, so that
loading a model runs no code.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from math import exp
from operator import mul

FILE = "head.json"
NEGATIVE, NEUTRAL, POSITIVE = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    name: str
    embeddings: str
    """The model whose vectors it weighs."""
    weights: Sequence[Sequence[float]]
    """For each class, one for each number of the vector and for each of VADER's proportions."""
    biases: Sequence[float]
    openers: Sequence[str]
    """Words that begin sentences and are no names, in lower case."""

    def score(self, features: Sequence[float]) -> float:
        """How likely the text sounds good, less how likely it sounds bad."""
        likely = self.probabilities(features)
        return likely[POSITIVE] - likely[NEGATIVE]

    def probabilities(self, features: Sequence[float]) -> list[float]:
        """Of negative, neutral and positive."""
        sums = [
            bias + sum(map(mul, of, features)) for of, bias in zip(self.weights, self.biases, strict=True)
        ]
        largest = max(sums)
        powers = [exp(one - largest) for one in sums]
        return [power / sum(powers) for power in powers]

    def as_json(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))


def packaged_head() -> Head:
    return Head(**json.loads(files(__package__).joinpath(FILE).read_text(encoding="utf-8")))
