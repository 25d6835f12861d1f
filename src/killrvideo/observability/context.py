"""The correlation id: one word that ties a request to its log lines, events, jobs and audit entries."""

import re
from contextvars import ContextVar
from uuid import uuid4

WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,64}")

_bound: ContextVar[str | None] = ContextVar("correlation_id", default=None)


def correlation_id() -> str:
    """The id of what is being done in this context; one is made where nobody bound any."""
    return _bound.get() or bind_correlation_id(None)


def bind_correlation_id(offered: str | None) -> str:
    """Binds and returns the id that the client offered if it is well-formed, else a new one.

    What a client sends ends up in logs: only letters, digits, dots, dashes and underscores may.
    """
    identity = offered if offered and WELL_FORMED.fullmatch(offered) else uuid4().hex
    _bound.set(identity)
    return identity


def bound_correlation_id() -> str | None:
    """The id if one is bound: for what must not make one."""
    return _bound.get()
