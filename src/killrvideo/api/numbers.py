"""Whole numbers from outside, as JSON knows them: 5 and 5.0 are the same, and neither "5" nor true is one."""

from typing import Any

from pydantic import BeforeValidator


def _without_fraction(raw: Any) -> Any:
    return int(raw) if isinstance(raw, float) and raw.is_integer() else raw


WHOLE = BeforeValidator(_without_fraction)
"""Beside ``Field(strict=True)``, which refuses all the rest."""
