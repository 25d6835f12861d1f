"""Roles and scopes as they stand in a column: JSON arrays, of which there are few different ones."""

import json
from collections.abc import Iterable
from functools import lru_cache

from killrvideo.domain.access import Role, Scope


def words(granted: Iterable[str]) -> str:
    """The same text for the same set."""
    return json.dumps(sorted(granted))


@lru_cache(256)
def roles_of(text: str) -> frozenset[Role]:
    return frozenset(Role(word) for word in json.loads(text))


@lru_cache(1024)
def scopes_of(text: str) -> frozenset[Scope]:
    return frozenset(Scope(word) for word in json.loads(text))
