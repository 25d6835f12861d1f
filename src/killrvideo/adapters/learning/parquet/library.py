"""pyarrow, which nothing else needs: it is loaded when a Parquet file is first written or read."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from killrvideo.service_interfaces.learning import LearningRefused

MISSING = (
    "Parquet files need pyarrow, which is not installed: `make spark` installs it with Spark, "
    "`pip install pyarrow` alone."
)


@dataclass(frozen=True, slots=True)
class Arrow:
    """Modules. Their types are unknown where pyarrow is not installed, and so are not used."""

    arrow: Any
    parquet: Any


def load_arrow() -> Arrow:
    """Raises LearningRefused where it is not installed."""
    try:
        return Arrow(import_module("pyarrow"), import_module("pyarrow.parquet"))
    except ModuleNotFoundError as error:
        raise LearningRefused(MISSING) from error
