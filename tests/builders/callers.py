"""Callers: an account that is signed in, or nobody."""

from dataclasses import replace

from killrvideo.domain.access import Caller, Scope
from killrvideo.domain.accounts import Account
from tests.builders.keeping import ORIGIN

NOBODY = Caller(origin=ORIGIN)
"""A reader who is not signed in."""


def caller_of(account: Account, scopes: frozenset[Scope] | None = None) -> Caller:
    """The account, signed in; with ``scopes``, its token has only those."""
    return Caller(
        origin=replace(ORIGIN, actor_id=account.id),
        account_id=account.id,
        scopes=account.all_scopes if scopes is None else scopes,
    )
