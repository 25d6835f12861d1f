"""How many requests of which kind one caller may make."""

from dataclasses import dataclass
from enum import StrEnum


class RouteClass(StrEnum):
    """Kinds of requests that share a quota."""

    READ = "read"
    WRITE = "write"
    REGISTER = "register"
    LOGIN = "login"
    SUBMIT = "submit"
    UPLOAD = "upload"
    """Chunks of files, as many as there are megabytes."""
    TRANSLATE = "translate"
    """What a model is asked for while somebody waits."""
    STREAM = "stream"
    """Files of streams: a player asks for twenty in a minute, and many may watch behind one address."""


STRICT = frozenset({RouteClass.REGISTER, RouteClass.LOGIN, RouteClass.SUBMIT})
"""Counted in the store, so that all processes share the count and a restart forgets nothing."""


@dataclass(frozen=True, slots=True)
class RatePolicy:
    """At most ``quota`` requests in every ``window`` seconds."""

    name: str
    quota: int
    window: int


@dataclass(frozen=True, slots=True)
class RateDecision:
    policy: RatePolicy
    allowed: bool
    remaining: int
    reset_after: float
    """Seconds until the quota is whole again; for a refused request, until one more is allowed."""
