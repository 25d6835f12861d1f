"""What happens to accounts."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from killrvideo.domain.events.event import Event
from killrvideo.domain.ids import AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEvent(Event):
    aggregate: ClassVar[str] = "account"
    account_id: AccountId

    @property
    def aggregate_id(self) -> UUID:
        return self.account_id


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRegistered(AccountEvent):
    """An account was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanged(AccountEvent):
    """The first or the last name changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(AccountEvent):
    """The account has another password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessChanged(AccountEvent):
    """Roles or single scopes were granted or revoked."""

    roles: tuple[str, ...]
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionImposed(AccountEvent):
    """The account cannot sign in any more; its content may be hidden with it."""

    content_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionLifted(AccountEvent):
    """The account can sign in again, and what was hidden with it shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountErased(AccountEvent):
    """The account is gone, with everything that says who it was."""
