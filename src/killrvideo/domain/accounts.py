"""People: their profile, where their account stands, and their open sessions."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from unicodedata import normalize

from killrvideo.domain.access import Caller, Role, Scope, effective_scopes, included_roles
from killrvideo.domain.errors import InvalidText
from killrvideo.domain.ids import AccountId, SessionId

NAME_LONGEST = 50
EMAIL_LONGEST = 254
PASSWORD_LENGTHS = range(8, 129)


class AccountStatus(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    """Imported accounts may rest; signing in makes them active."""
    SUSPENDED = "suspended"
    ERASED = "erased"
    """Personal data are gone; the row stands for its content until the purge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    id: AccountId
    email: str
    first_name: str
    last_name: str
    roles: frozenset[Role]
    """As granted; the ranks below are included, see `included_roles`."""
    scopes: frozenset[Scope] = frozenset()
    """Granted one by one, beside those of the roles."""
    status: AccountStatus = AccountStatus.ACTIVE
    created_at: datetime
    last_login_at: datetime | None = None
    version: int = 1

    @property
    def all_roles(self) -> tuple[Role, ...]:
        return included_roles(self.roles)

    @property
    def all_scopes(self) -> frozenset[Scope]:
        return effective_scopes(self.roles, self.scopes)

    @property
    def is_open(self) -> bool:
        """May sign in and act."""
        return self.status in {AccountStatus.ACTIVE, AccountStatus.INACTIVE}

    @property
    def is_erased(self) -> bool:
        return self.status is AccountStatus.ERASED

    @property
    def found_by(self) -> tuple[str, str]:
        """The full name and the address; whoever looks for a part of one of them finds the account."""
        return search_words(f"{self.first_name} {self.last_name}"), email_key(self.email)

    def confides_in(self, caller: Caller) -> bool:
        """Whether this caller reads the address and the last sign-in: its owner does, and moderators."""
        return caller.may(Scope.MODERATION_READ) or (caller.owns(self.id) and caller.may(Scope.PROFILE))

    def changed(self, **changes: object) -> "Account":
        """The next version of this account."""
        return replace(self, version=self.version + 1, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A sign-in. Access tokens name it and are good only while it is open."""

    id: SessionId
    account_id: AccountId
    opened_at: datetime
    expires_at: datetime
    narrowed_to: frozenset[Scope] | None = None
    """The scopes that the client asked for, when it asked for fewer than the account has."""


def email_key(email: str) -> str:
    """By what two spellings of one address are the same."""
    return normalize("NFC", email.strip().casefold())


def search_words(text: str) -> str:
    """A text as it is compared with names and addresses when somebody is looked for."""
    return " ".join(text.split()).casefold()


def clean_name(raw: str, pointer: str) -> str:
    """A first or last name as it is kept; raises InvalidText."""
    name = " ".join(raw.split())
    if not 1 <= len(name) <= NAME_LONGEST:
        raise InvalidText(f"A name has 1 to {NAME_LONGEST} characters, not only blanks.", pointer=pointer)
    return name


def check_password(raw: str, pointer: str) -> str:
    """The password, if it is long enough and not too long; raises InvalidText."""
    if len(raw) not in PASSWORD_LENGTHS:
        raise InvalidText(
            f"A password has {PASSWORD_LENGTHS.start} to {PASSWORD_LENGTHS.stop - 1} characters.",
            pointer=pointer,
        )
    return raw
