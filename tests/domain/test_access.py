"""Roles, the scopes that they give, and the callers that have them or are refused."""

import pytest

from killrvideo.domain.access import Role, Scope, effective_scopes, included_roles, role_or_scope
from killrvideo.domain.errors import InvalidInput, MissingScope, NotSignedIn
from tests.builders.accounts import an_account
from tests.builders.callers import NOBODY, caller_of

VIEWER = "profile comments:write ratings:write flags:write activity:read"
CREATOR = f"{VIEWER} videos:write uploads:write"
MODERATOR = f"{CREATOR} moderation:read moderation:act users:manage"
ADMIN = f"{MODERATOR} moderation:unmask vectors:write analytics:read operate"


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.VIEWER, VIEWER),
        (Role.CREATOR, CREATOR),
        (Role.MODERATOR, MODERATOR),
        (Role.ADMIN, ADMIN),
    ],
)
def test_a_role_gives_its_scopes_and_those_of_the_roles_below(role: Role, words: str) -> None:
    assert effective_scopes([role]) == set(words.split())


def test_single_scopes_come_on_top_and_without_a_role_there_is_nothing_else() -> None:
    assert effective_scopes([], [Scope.OPERATE]) == {Scope.OPERATE}
    assert effective_scopes([Role.VIEWER], [Scope.VECTORS_WRITE]) == {*VIEWER.split(), "vectors:write"}
    assert included_roles([]) == ()
    assert included_roles([Role.MODERATOR, Role.VIEWER]) == (Role.VIEWER, Role.CREATOR, Role.MODERATOR)


def test_nobody_is_told_to_sign_in_before_a_scope_is_asked_for() -> None:
    with pytest.raises(NotSignedIn):
        NOBODY.require(Scope.PROFILE)
    assert not NOBODY.owns(an_account().id)


def test_owner_and_others_need_different_scopes() -> None:
    owner, other = an_account(), an_account()
    moderator = an_account(roles=frozenset({Role.MODERATOR}))
    own, others = Scope.COMMENTS_WRITE, Scope.MODERATION_ACT
    assert caller_of(owner).require_own_or(owner.id, own, others) == owner.id
    assert caller_of(moderator).require_own_or(owner.id, own, others) == moderator.id
    with pytest.raises(MissingScope):
        caller_of(other).require_own_or(owner.id, own, others)
    with pytest.raises(MissingScope):
        caller_of(owner, frozenset({Scope.PROFILE})).require_own_or(owner.id, own, others)


def test_an_operators_word_is_a_role_or_a_scope_or_refused_with_what_there_is() -> None:
    assert role_or_scope("admin") is Role.ADMIN
    assert role_or_scope("operate") is Scope.OPERATE
    with pytest.raises(InvalidInput, match="viewer, creator, moderator, admin, profile"):
        role_or_scope("king")
