"""Who moderates and who is shut out: roles that count at once, suspensions that end sessions."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.access import Caller, Role, Scope
from killrvideo.domain.accounts import Account, AccountStatus
from killrvideo.domain.errors import (
    AccountNotFound,
    AccountStateConflict,
    AccountSuspended,
    InvalidText,
    LastModerator,
    MissingScope,
    NotAllowed,
    NotSignedIn,
)
from killrvideo.domain.ids import AccountId
from killrvideo.domain.moderation import AuditAction
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.removals import Cause
from killrvideo.features.access import PEOPLE_FOUND_MOST, Access
from tests.builders.accounts import an_account
from tests.builders.callers import NOBODY, caller_of
from tests.builders.comments import a_comment
from tests.builders.keeping import hide, keep, present
from tests.builders.people import People, some_people
from tests.builders.stored import a_stored_video, events, present_comment, somebody, trail
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock

MODERATOR, ADMIN = frozenset({Role.MODERATOR}), frozenset({Role.ADMIN})


@pytest.fixture
def access(storage: SqliteStorage, clock: ManualClock, ids: CountingIds) -> Access:
    return Access(storage, clock, ids)


@pytest.fixture
def people(storage: SqliteStorage, clock: ManualClock, ids: CountingIds) -> Iterator[People]:
    with some_people(storage, clock, ids) as people:
        yield people


async def a_stored(storage: SqliteStorage, roles: frozenset[Role] = frozenset({Role.CREATOR})) -> Account:
    account = an_account(roles=roles)
    await keep(storage, account)
    return account


async def account_now(storage: SqliteStorage, account: Account) -> Account:
    found = await storage.accounts.get(account.id)
    assert found is not None
    return found


async def test_people_are_found_by_name_or_address_newest_first(
    storage: SqliteStorage, access: Access
) -> None:
    moderator = await somebody(storage, Role.MODERATOR)
    old = an_account(first_name="Grace", created_at=START - timedelta(days=2))
    new = an_account(email="gracious@example.org", created_at=START + timedelta(days=1))
    await keep(storage, old, new)
    assert [found.id for found in await access.people(moderator, " GRAC ")] == [new.id, old.id]
    assert (await access.people(moderator, None))[0].id == new.id
    assert (await access.people(moderator, "  "))[0].id == new.id


async def test_twenty_people_are_enough(storage: SqliteStorage, access: Access) -> None:
    moderator = await somebody(storage, Role.MODERATOR)
    await keep(storage, *(an_account() for _ in range(25)))
    assert len(await access.people(moderator, "ada")) == PEOPLE_FOUND_MOST == 20


async def test_a_new_moderator_moderates_at_once(
    storage: SqliteStorage, access: Access, people: People
) -> None:
    moderator, ann = await somebody(storage, Role.MODERATOR), await people.register()
    promoted = await access.assign_moderator(moderator, ann.account.id)
    assert promoted.all_roles == (Role.VIEWER, Role.CREATOR, Role.MODERATOR)
    assert (await people.caller(ann)).may(Scope.MODERATION_ACT)
    [entry] = await trail(storage)
    assert (entry.action, entry.actor_id, entry.target_id) == (
        AuditAction.ACCESS_CHANGED,
        moderator.account_id,
        ann.account.id,
    )
    assert (await events(storage))[-1] == "AccessChanged"

    demoted = await access.revoke_moderator(moderator, ann.account.id)
    assert demoted.all_roles == (Role.VIEWER, Role.CREATOR)
    assert not (await people.caller(ann)).may(Scope.MODERATION_ACT)


async def test_assigning_and_revoking_twice_changes_nothing(storage: SqliteStorage, access: Access) -> None:
    moderator, account = await somebody(storage, Role.MODERATOR), await a_stored(storage)
    admin = await a_stored(storage, ADMIN)
    assert await access.revoke_moderator(moderator, account.id) == account
    assert await access.assign_moderator(moderator, admin.id) == admin
    once = await access.assign_moderator(moderator, account.id)
    assert await access.assign_moderator(moderator, account.id) == once
    assert len(await trail(storage)) == 1


async def test_who_was_only_a_moderator_stays_a_creator(storage: SqliteStorage, access: Access) -> None:
    moderator, account = await somebody(storage, Role.MODERATOR), await a_stored(storage, MODERATOR)
    assert (await access.revoke_moderator(moderator, account.id)).all_roles == (Role.VIEWER, Role.CREATOR)


async def test_admins_are_the_operators_to_change(storage: SqliteStorage, access: Access) -> None:
    admin, other = await a_stored(storage, ADMIN), await a_stored(storage, ADMIN | MODERATOR)
    with pytest.raises(AccountStateConflict, match="command line"):
        await access.revoke_moderator(caller_of(admin), other.id)
    assert await account_now(storage, other) == other


async def test_the_last_moderator_stays(storage: SqliteStorage, access: Access) -> None:
    last = await a_stored(storage, MODERATOR)
    with pytest.raises(LastModerator):
        await access.revoke_moderator(caller_of(last), last.id)
    manager = await a_stored(storage)
    with pytest.raises(LastModerator):
        await access.suspend(
            caller_of(manager, frozenset({Scope.USERS_MANAGE})), last.id, "Spam.", hide_content=False
        )
    assert await account_now(storage, last) == last


async def test_two_moderators_cannot_remove_each_other_at_once(
    storage: SqliteStorage, access: Access
) -> None:
    one, other = await a_stored(storage, MODERATOR), await a_stored(storage, MODERATOR)
    outcomes = await asyncio.gather(
        access.revoke_moderator(caller_of(one), other.id),
        access.suspend(caller_of(other), one.id, "Spam.", hide_content=False),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Account", "LastModerator"]


async def test_a_suspended_user_is_out_at_once_until_reinstated(
    storage: SqliteStorage, access: Access, people: People
) -> None:
    moderator, ann = await somebody(storage, Role.MODERATOR), await people.register()
    suspended = await access.suspend(moderator, ann.account.id, " Spam. ", hide_content=False)
    assert suspended.status is AccountStatus.SUSPENDED
    assert not await people.knows(ann)
    with pytest.raises(AccountSuspended):
        await people.sign_in()

    await access.reinstate(moderator, ann.account.id, "It was a mistake.")
    assert not await people.knows(ann)
    assert await people.knows(await people.sign_in())
    reinstated, imposed = await trail(storage)
    assert (imposed.action, imposed.detail) == (
        AuditAction.ACCOUNT_SUSPENDED,
        {"content_hidden": "no", "reason": "Spam."},
    )
    assert (reinstated.action, reinstated.detail) == (
        AuditAction.ACCOUNT_REINSTATED,
        {"reason": "It was a mistake."},
    )
    assert {"SuspensionImposed", "SuspensionLifted"} <= set(await events(storage))


async def test_content_is_hidden_only_when_wished_and_comes_back(
    storage: SqliteStorage, access: Access
) -> None:
    moderator, account = await somebody(storage, Role.MODERATOR), await a_stored(storage)
    video, deleted = a_video(account), a_video(account)
    comment = a_comment(await a_stored_video(storage), account)
    await keep(storage, video, deleted, comment)
    await hide(storage, deleted, Cause.AUTHOR)

    async def hidden() -> list[Cause]:
        return [
            (await present(storage, video.id)).causes,
            (await present_comment(storage, comment.id)).causes,
            (await present(storage, deleted.id)).causes,
        ]

    await access.suspend(moderator, account.id, "Spam.", hide_content=False)
    assert await hidden() == [Cause.NONE, Cause.NONE, Cause.AUTHOR]
    await access.reinstate(moderator, account.id, None)
    await access.suspend(moderator, account.id, "Spam.", hide_content=True)
    assert await hidden() == [Cause.ACCOUNT, Cause.ACCOUNT, Cause.AUTHOR | Cause.ACCOUNT]
    removals = (await storage.removals.page(None, PageRequest())).items
    assert {(removal.by, removal.reason) for removal in removals if removal.cause is Cause.ACCOUNT} == {
        (moderator.account_id, "Spam.")
    }
    await access.reinstate(moderator, account.id, None)
    assert await hidden() == [Cause.NONE, Cause.NONE, Cause.AUTHOR]


async def test_a_suspension_is_imposed_and_lifted_once(storage: SqliteStorage, access: Access) -> None:
    moderator, account = await somebody(storage, Role.MODERATOR), await a_stored(storage)
    with pytest.raises(AccountStateConflict):
        await access.reinstate(moderator, account.id, None)
    outcomes = await asyncio.gather(
        *(access.suspend(moderator, account.id, "Spam.", hide_content=False) for _ in range(5)),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, Account) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, AccountStateConflict) for outcome in outcomes) == 4
    assert len(await trail(storage)) == 1


@pytest.mark.parametrize("reason", ["", " \n", "x" * 501])
async def test_a_suspension_says_why_in_few_words(
    storage: SqliteStorage, access: Access, reason: str
) -> None:
    moderator, account = await somebody(storage, Role.MODERATOR), await a_stored(storage)
    with pytest.raises(InvalidText):
        await access.suspend(moderator, account.id, reason, hide_content=False)
    assert await account_now(storage, account) == account


async def test_moderators_shut_out_neither_admins_nor_themselves(
    storage: SqliteStorage, access: Access
) -> None:
    moderator, admin, other = (
        await a_stored(storage, MODERATOR),
        await a_stored(storage, ADMIN),
        await a_stored(storage, ADMIN),
    )
    with pytest.raises(NotAllowed):
        await access.suspend(caller_of(moderator), admin.id, "Spam.", hide_content=False)
    with pytest.raises(AccountStateConflict):
        await access.suspend(caller_of(moderator), moderator.id, "Spam.", hide_content=False)
    await access.suspend(caller_of(other), admin.id, "Spam.", hide_content=False)
    with pytest.raises(NotAllowed):
        await access.reinstate(caller_of(moderator), admin.id, None)
    assert (await account_now(storage, admin)).status is AccountStatus.SUSPENDED


async def test_nobody_is_found_who_is_not_there(storage: SqliteStorage, access: Access) -> None:
    moderator, leaving = await somebody(storage, Role.MODERATOR), await a_stored(storage)
    work = storage.begin("tests.erase", moderator.origin)
    storage.accounts.erase(work, leaving.changed(status=AccountStatus.ERASED))
    await work.commit()
    for account_id in (leaving.id, an_account().id):
        for asked in _all(access, moderator, account_id):
            with pytest.raises(AccountNotFound):
                await asked


async def test_all_of_it_needs_the_permission_to_manage_users(storage: SqliteStorage, access: Access) -> None:
    unknown = an_account().id
    for caller, refusal in ((NOBODY, NotSignedIn), (await somebody(storage), MissingScope)):
        for asked in (access.people(caller, None), *_all(access, caller, unknown)):
            with pytest.raises(refusal):
                await asked


def _all(access: Access, caller: Caller, account_id: AccountId) -> tuple[asyncio.Future[Account], ...]:
    return tuple(
        asyncio.ensure_future(asked)
        for asked in (
            access.assign_moderator(caller, account_id),
            access.revoke_moderator(caller, account_id),
            access.suspend(caller, account_id, "Spam.", hide_content=True),
            access.reinstate(caller, account_id, None),
        )
    )
