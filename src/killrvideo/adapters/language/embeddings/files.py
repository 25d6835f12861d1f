"""What a model is made of, as files, and what can be done with them once they are loaded."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeAlias

from killrvideo.domain.comparisons import Comparison
from killrvideo.service_interfaces.language import Purpose

Vector: TypeAlias = "array[float]"
"""Single precision: four bytes for each dimension, where a list has thirty-two."""


class Pooling(StrEnum):
    """How the vectors of a text's tokens become one."""

    MEAN = "mean"
    FIRST = "cls"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFiles:
    """A model in the ONNX format, with how its texts are prepared."""

    weights: Path
    tokenizer: Path
    dimension: int
    tokens_most: int
    """Tokens of a text that the model reads."""
    pooling: Pooling = Pooling.MEAN
    prefixes: Mapping[Purpose, str] = field(default_factory=dict)
    """What the model wants to read before a text."""
    digests: Mapping[Path, str] = field(default_factory=dict)
    """SHA-256 of those files that must be as they were when they were tried."""


class TextEncoder(Protocol):
    """A model that is loaded. It may be asked by several threads at once."""

    def encode(self, texts: Sequence[str]) -> list[Vector]:
        """A vector of length one for each text."""
        ...

    def compare(self, text: str, others: Sequence[str]) -> list[Comparison]:
        """Each of the others beside the text. Raises ModelUnavailable where it has no vectors of words."""
        ...
