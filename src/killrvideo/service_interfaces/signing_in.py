"""What signing in hands out, and the promise by which registering hands out the same."""

from dataclasses import dataclass, field
from typing import Protocol

from killrvideo.domain.access import Scope
from killrvideo.domain.accounts import Account
from killrvideo.service_interfaces.units import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    account: Account
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    """Seconds for which the access token is good."""
    scopes: frozenset[Scope]
    """What the access token gives at this moment."""


class SessionOpener(Protocol):
    def open(self, work: UnitOfWork, account: Account) -> SignedIn:
        """Adds a session of the account to the unit: what is handed out is good once that is committed."""
        ...
