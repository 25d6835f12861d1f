"""Who may do what: roles expand to scopes; a caller has the scope that an action needs, or is refused.

Roles are ranks: each includes those below it. Single scopes can be granted beside them. What a caller
effectively has is computed from the store at every request, so a grant bites at once; the token can only
narrow it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from killrvideo.domain.errors import InvalidInput, MissingScope, NotSignedIn
from killrvideo.domain.events import Origin
from killrvideo.domain.ids import AccountId, SessionId


class Role(StrEnum):
    VIEWER = "viewer"
    CREATOR = "creator"
    MODERATOR = "moderator"
    ADMIN = "admin"


class Scope(StrEnum):
    PROFILE = "profile"
    COMMENTS_WRITE = "comments:write"
    RATINGS_WRITE = "ratings:write"
    FLAGS_WRITE = "flags:write"
    ACTIVITY_READ = "activity:read"
    VIDEOS_WRITE = "videos:write"
    UPLOADS_WRITE = "uploads:write"
    MODERATION_READ = "moderation:read"
    MODERATION_ACT = "moderation:act"
    USERS_MANAGE = "users:manage"
    MODERATION_UNMASK = "moderation:unmask"
    VECTORS_WRITE = "vectors:write"
    ANALYTICS_READ = "analytics:read"
    OPERATE = "operate"


RANKS = tuple(Role)

SCOPES_ADDED_BY: dict[Role, frozenset[Scope]] = {
    Role.VIEWER: frozenset(
        {Scope.PROFILE, Scope.COMMENTS_WRITE, Scope.RATINGS_WRITE, Scope.FLAGS_WRITE, Scope.ACTIVITY_READ}
    ),
    Role.CREATOR: frozenset({Scope.VIDEOS_WRITE, Scope.UPLOADS_WRITE}),
    Role.MODERATOR: frozenset({Scope.MODERATION_READ, Scope.MODERATION_ACT, Scope.USERS_MANAGE}),
    Role.ADMIN: frozenset(
        {Scope.MODERATION_UNMASK, Scope.VECTORS_WRITE, Scope.ANALYTICS_READ, Scope.OPERATE}
    ),
}


def included_roles(granted: Iterable[Role]) -> tuple[Role, ...]:
    """Every role that the granted ones include, lowest first."""
    highest = max((RANKS.index(role) for role in granted), default=-1)
    return RANKS[: highest + 1]


def effective_scopes(roles: Iterable[Role], granted: Iterable[Scope] = ()) -> frozenset[Scope]:
    """The scopes that the roles give, and those granted one by one."""
    return frozenset(granted).union(*(SCOPES_ADDED_BY[role] for role in included_roles(roles)))


def role_or_scope(word: str) -> Role | Scope:
    """What an operator means by the word; raises InvalidInput, which lists what there is."""
    powers: dict[str, Role | Scope] = {power.value: power for power in (*Role, *Scope)}
    if word not in powers:
        raise InvalidInput(f"'{word}' is neither a role nor a scope; there are: {', '.join(powers)}.")
    return powers[word]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks. ``account_id`` is None for a reader who is not signed in."""

    origin: Origin
    account_id: AccountId | None = None
    session_id: SessionId | None = None
    scopes: frozenset[Scope] = frozenset()

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes

    def owns(self, owner: AccountId) -> bool:
        return self.account_id is not None and self.account_id == owner

    def signed_in(self) -> AccountId:
        """The account that asks; raises NotSignedIn."""
        if self.account_id is None:
            raise NotSignedIn("Sign in first: this needs an account.")
        return self.account_id

    def require(self, scope: Scope) -> AccountId:
        """The account that asks, which holds the scope; raises NotSignedIn or MissingScope."""
        account_id = self.signed_in()
        if scope not in self.scopes:
            raise MissingScope(f"This needs the permission '{scope}', which your account or token lacks.")
        return account_id

    def require_own_or(self, owner: AccountId, own: Scope, others: Scope) -> AccountId:
        """The owner needs ``own``; anybody else needs ``others``."""
        return self.require(own if self.owns(owner) else others)
