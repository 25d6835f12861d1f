"""Rows as lines: JSON objects by the names of the domain, the same text for the same row."""

from functools import cache

import orjson
from pydantic import TypeAdapter

from killrvideo.service_interfaces.moving import TYPE_OF, Holding, HoldingKind

OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE


def line_of(row: Holding) -> bytes:
    """The line, with its end."""
    return orjson.dumps(row, default=_in_order, option=OPTIONS)


def row_of(kind: HoldingKind, line: bytes) -> Holding:
    """The inverse; raises pydantic's ValidationError."""
    return _adapter(kind).validate_json(line, strict=True)


def _in_order(granted: object) -> list[str]:
    """Roles and scopes are sets, which have no order of their own."""
    if isinstance(granted, frozenset):
        return sorted(granted)
    raise TypeError(f"{type(granted).__name__} has no place in an archive.")


@cache
def _adapter(kind: HoldingKind) -> TypeAdapter[Holding]:
    return TypeAdapter(TYPE_OF[kind])
