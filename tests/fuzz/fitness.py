"""Which of the tool's checks do not fit a request, and why."""

from schemathesis import Case, CheckFunction
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
    use_after_free,
)

from killrvideo.domain.access import Role
from killrvideo.domain.paging import DEEPEST_ITEM, DEFAULT_SIZE


def unfit_checks(case: Case, role: Role | None, *, restored: bool = False) -> list[CheckFunction]:
    """``restored`` says that what was deleted may be there again."""
    unfit: list[CheckFunction] = []
    reads_removed = role in (Role.MODERATOR, Role.ADMIN)
    if reads_removed or restored or "/rating" in case.path:  # Of ratings one only withdraws one's own.
        unfit.append(use_after_free)
    if _is_beyond_words(case):
        unfit.append(positive_data_acceptance)
    if role and _may_lack_a_token_alone(case):
        unfit.append(negative_data_rejection)
    return unfit


def _is_beyond_words(case: Case) -> bool:
    """Whether a good request may be refused for a reason that no schema can tell."""
    return (
        "cursor" in case.query  # Only those that this list gave out are good.
        or "Idempotency-Key" in case.headers  # One that was used is good for the same request alone.
        or _page(case, "page", 1) * _page(case, "pageSize", DEFAULT_SIZE) > DEEPEST_ITEM
    )


def _page(case: Case, name: str, default: int) -> int:
    value = case.query.get(name, default)
    return value if isinstance(value, int) else default


def _may_lack_a_token_alone(case: Case) -> bool:
    """Whether the token that the caller adds may be all that a bad request was to be without.

    The tool keeps the token away by itself only where nothing else is to be wrong.
    """
    where, meta = ParameterLocation.HEADER, case.meta
    return meta is not None and meta.is_negative_at(where) and meta.phase.data.parameter_location is not where
