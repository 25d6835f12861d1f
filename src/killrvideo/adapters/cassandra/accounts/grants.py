"""Roles and scopes as they stand in a column: sets of words."""

from collections.abc import Iterable

from killrvideo.domain.access import Role, Scope


def roles_of(found: Iterable[str] | None) -> frozenset[Role]:
    return frozenset(Role(word) for word in found or ())


def scopes_of(found: Iterable[str] | None) -> frozenset[Scope]:
    return frozenset(Scope(word) for word in found or ())
