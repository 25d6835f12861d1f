"""What the operator does at the command line."""

from collections.abc import Iterator

import pytest

from killrvideo.domain.access import Role, Scope, role_or_scope
from killrvideo.domain.errors import (
    AccountNotFound,
    AccountStateConflict,
    InvalidInput,
    InvalidText,
    LastModerator,
    WrongCredentials,
)
from killrvideo.domain.moderation import AuditAction, AuditFilter
from killrvideo.domain.paging import PageRequest
from killrvideo.service_interfaces.storage import Storage
from tests.builders.keeping import ORIGIN
from tests.builders.people import People, some_people
from tests.holding_still import CountingIds, ManualClock

ANN = "ann@example.com"


@pytest.fixture
def people(storage: Storage, clock: ManualClock, ids: CountingIds) -> Iterator[People]:
    with some_people(storage, clock, ids) as found:
        yield found


async def test_the_first_admin_is_made_from_the_command_line(people: People) -> None:
    ann = await people.register()
    granted = await people.operator.grant("ANN@example.com", Role.ADMIN, ORIGIN)
    assert granted.all_roles == tuple(Role)
    assert (await people.caller(ann)).scopes == frozenset(Scope)


async def test_a_single_scope_is_granted_and_revoked(people: People) -> None:
    ann = await people.register()
    await people.operator.grant(ANN, Scope.VECTORS_WRITE, ORIGIN)
    assert (await people.caller(ann)).may(Scope.VECTORS_WRITE)
    await people.operator.revoke(ANN, Scope.VECTORS_WRITE, ORIGIN)
    assert not (await people.caller(ann)).may(Scope.VECTORS_WRITE)


async def test_what_is_granted_and_revoked_is_audited_without_an_actor(
    people: People, storage: Storage
) -> None:
    ann = (await people.register()).account
    await people.operator.grant(ANN, Scope.OPERATE, ORIGIN)
    await people.operator.revoke(ANN, Scope.OPERATE, ORIGIN)
    await people.operator.set_password(ANN, "battery staple", ORIGIN)
    entries = (await storage.audit.page(AuditFilter(target_id=ann.id), PageRequest())).items
    assert {(entry.actor_id, entry.action, entry.detail.get("granted")) for entry in entries} == {
        (None, AuditAction.ACCESS_CHANGED, "operate"),
        (None, AuditAction.ACCESS_CHANGED, None),
        (None, AuditAction.PASSWORD_SET, None),
    }


async def test_doing_it_twice_changes_nothing(people: People, storage: Storage) -> None:
    await people.register()
    once = await people.operator.grant(ANN, Role.MODERATOR, ORIGIN)
    assert await people.operator.grant(ANN, Role.MODERATOR, ORIGIN) == once
    assert await people.operator.revoke(ANN, Role.ADMIN, ORIGIN) == once
    entries = await storage.audit.page(AuditFilter(target_id=once.id), PageRequest())
    assert entries.total == 1


async def test_a_higher_role_must_go_before_what_it_includes(people: People) -> None:
    await people.register()
    await people.operator.grant(ANN, Role.ADMIN, ORIGIN)
    for included in (Role.MODERATOR, Scope.OPERATE):
        with pytest.raises(AccountStateConflict, match="'admin' includes"):
            await people.operator.revoke(ANN, included, ORIGIN)


async def test_the_last_moderator_stays(people: People) -> None:
    ann = await people.register()
    await people.register("bob@example.com")
    await people.operator.grant(ANN, Role.MODERATOR, ORIGIN)
    with pytest.raises(LastModerator):
        await people.operator.revoke(ANN, Role.MODERATOR, ORIGIN)
    await people.operator.grant("bob@example.com", Role.ADMIN, ORIGIN)
    await people.operator.revoke(ANN, Role.MODERATOR, ORIGIN)
    assert (await people.present(ann.account)).all_roles == (Role.VIEWER, Role.CREATOR)


async def test_a_new_password_ends_all_sessions(people: People) -> None:
    ann = await people.register()
    await people.operator.set_password(ANN, "battery staple", ORIGIN)
    assert not await people.knows(ann)
    with pytest.raises(WrongCredentials):
        await people.sign_in()
    assert await people.knows(await people.sign_in(password="battery staple"))


async def test_a_short_password_is_refused(people: People) -> None:
    ann = await people.register()
    with pytest.raises(InvalidText):
        await people.operator.set_password(ANN, "short", ORIGIN)
    assert await people.knows(ann)


async def test_an_unknown_address_is_named(people: People) -> None:
    with pytest.raises(AccountNotFound, match=r"nobody@example\.com"):
        await people.operator.grant("nobody@example.com", Role.ADMIN, ORIGIN)


def test_a_word_that_is_neither_role_nor_scope_is_answered_with_what_there_is() -> None:
    assert role_or_scope("moderator") is Role.MODERATOR
    assert role_or_scope("vectors:write") is Scope.VECTORS_WRITE
    with pytest.raises(InvalidInput, match=r"creator.*operate"):
        role_or_scope("king")
