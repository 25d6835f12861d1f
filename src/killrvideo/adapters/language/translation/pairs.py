"""Which of several ways leads from one language to another."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeVar

SCRIPT = 4
"""Letters by which a script is known in a tag, such as `Hant`."""

T = TypeVar("T")


class Pair(NamedTuple):
    source: str
    target: str


def way(ways: Mapping[Pair, T], source: str, target: str) -> T | None:
    """The one that fits best: what reads and writes a language does so for its countries, too, but it writes
    no other script.
    """
    asked = (Pair(one, other) for one in _wider(source) for other in _wider(target, keeps_script=True))
    return next((ways[pair] for pair in asked if pair in ways), None)


def _wider(tag: str, *, keeps_script: bool = False) -> Iterator[str]:
    yield tag
    first, *others = tag.split("-")
    if others and not (keeps_script and any(len(part) == SCRIPT for part in others)):
        yield first
