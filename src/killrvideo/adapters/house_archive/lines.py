"""Rows as lines: JSON objects by the names of the domain, the same text for the same row."""

from fractions import Fraction
from functools import cache

import orjson
from pydantic import TypeAdapter

from killrvideo.service_interfaces.moving import TYPE_OF, Holding, HoldingKind

OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE


def line_of(row: Holding) -> bytes:
    """The line, with its end."""
    return orjson.dumps(row, default=_plain, option=OPTIONS)


def row_of(kind: HoldingKind, line: bytes) -> Holding:
    """The inverse; raises pydantic's ValidationError."""
    return _adapter(kind).validate_json(line, strict=True)


def _plain(value: object) -> list[str] | str:
    """Roles and scopes are sets, which have no order of their own; rates of pictures are fractions."""
    match value:
        case frozenset():
            return sorted(value)
        case Fraction():
            return str(value)
    raise TypeError(f"{type(value).__name__} has no place in an archive.")


@cache
def _adapter(kind: HoldingKind) -> TypeAdapter[Holding]:
    return TypeAdapter(TYPE_OF[kind])
