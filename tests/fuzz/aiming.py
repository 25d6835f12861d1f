"""Generated requests that mean something: most ids, addresses and credentials in them become real ones."""

from collections.abc import Sequence
from typing import Any
from zlib import crc32

from schemathesis import Case
from schemathesis.core.parameters import ParameterLocation

from killrvideo.domain.vectors import DIMENSION

Known = dict[str, Sequence[str]]
"""What there is, by the name of the parameter or member that refers to it."""


def aim(case: Case, known: Known) -> None:
    """Turns three of four well-formed values into what there is; the rest stay names of nothing."""
    for where in (ParameterLocation.PATH, ParameterLocation.QUERY, ParameterLocation.BODY):
        members = case.get_container(where)
        if isinstance(members, dict) and not (case.meta and case.meta.is_negative_at(where)):
            for name, value in members.items():
                members[name] = _aimed(name, value, known)


def _aimed(name: str, value: Any, known: Known) -> Any:
    number = crc32(str(value).encode("utf-8", "surrogatepass"))
    if number % 4 == 0 or not value:
        return value
    if name in known and isinstance(value, str):
        return known[name][number % len(known[name])]
    if name == "vector":
        return (value * DIMENSION)[:DIMENSION]
    return value
