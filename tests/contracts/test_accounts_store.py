"""What every back end's account store keeps."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from killrvideo.domain.access import Role, Scope
from killrvideo.domain.accounts import Account, AccountStatus
from killrvideo.domain.activity import Activity, ActivityKind
from killrvideo.domain.errors import EmailTaken, LastModerator, NotSignedIn, StaleVersion, WrongCredentials
from killrvideo.domain.ids import AccountId, ActivityId, ViewId
from killrvideo.domain.playback import View
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.units import UnitOfWork
from tests.builders.accounts import an_account
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, keep
from tests.builders.videos import a_video
from tests.holding_still import START

MODERATOR = frozenset({Role.CREATOR, Role.MODERATOR})
CREATOR = frozenset({Role.CREATOR})
LATER = START + timedelta(hours=1)


async def apply(storage: Storage, change: Callable[[UnitOfWork], None]) -> None:
    work = storage.begin("tests.accounts", ORIGIN)
    change(work)
    await work.commit()


async def present(storage: Storage, account: Account) -> Account:
    found = await storage.accounts.get(account.id)
    assert found is not None
    return found


async def test_an_account_is_read_as_it_was_written(storage: Storage) -> None:
    account = an_account(
        email="Ada.Lovelace@Example.org",
        first_name="Ådä",
        last_name="O'Læs",
        roles=frozenset({Role.VIEWER, Role.ADMIN}),
        scopes=frozenset({Scope.VECTORS_WRITE, Scope.OPERATE}),
        status=AccountStatus.INACTIVE,
        last_login_at=LATER,
        version=3,
    )
    await keep(storage, account)

    assert await storage.accounts.get(account.id) == account


async def test_what_is_not_there_is_none(storage: Storage) -> None:
    nobody = AccountId(IDS.new())

    assert await storage.accounts.get(nobody) is None
    assert await storage.accounts.by_email("nobody@example.org") is None
    assert await storage.accounts.password_hash(nobody) is None


@pytest.mark.parametrize("spelling", ["ADA@example.ORG", " ada@Example.org ", "Ada@example.org"])
async def test_an_address_is_found_in_any_spelling(storage: Storage, spelling: str) -> None:
    account = an_account(email="Ada@example.org")
    await keep(storage, account, an_account())

    assert await storage.accounts.by_email(spelling) == account


async def test_one_address_is_one_account(storage: Storage) -> None:
    await keep(storage, an_account(email="straße@example.org"))

    with pytest.raises(EmailTaken):
        await keep(storage, an_account(email="STRASSE@example.org"))

    assert await storage.accounts.count() == 1


async def test_of_a_hundred_who_register_one_address_at_once_one_succeeds(storage: Storage) -> None:
    spellings = ["ada@example.org", "Ada@Example.org", "ADA@EXAMPLE.ORG", "aDa@example.Org"]
    accounts = [an_account(email=spellings[number % 4]) for number in range(100)]

    answers = await asyncio.gather(*(keep(storage, one) for one in accounts), return_exceptions=True)

    assert [type(answer) for answer in answers if answer is not None] == [EmailTaken] * 99
    assert await storage.accounts.count() == 1
    assert await storage.accounts.by_email("ada@example.org") == accounts[answers.index(None)]


async def test_a_password_can_be_missing_set_and_replaced(storage: Storage) -> None:
    imported, registered = an_account(), an_account()
    await apply(storage, lambda work: storage.accounts.add(work, imported, None))
    await apply(storage, lambda work: storage.accounts.add(work, registered, "first-hash"))

    assert await storage.accounts.password_hash(imported.id) is None
    assert await storage.accounts.password_hash(registered.id) == "first-hash"

    for account_id in (imported.id, registered.id):
        await apply(
            storage, partial(storage.accounts.set_password, account_id=account_id, password_hash="new")
        )
        assert await storage.accounts.password_hash(account_id) == "new"
    assert await present(storage, registered) == registered


async def test_the_next_version_replaces_the_present_one(storage: Storage) -> None:
    account = an_account()
    await keep(storage, account)
    changed = account.changed(
        first_name="Grace",
        email="grace@example.org",
        roles=MODERATOR,
        scopes=frozenset({Scope.OPERATE}),
        status=AccountStatus.SUSPENDED,
    )

    await apply(storage, lambda work: storage.accounts.replace(work, changed))

    assert await storage.accounts.get(account.id) == changed
    assert await storage.accounts.by_email("GRACE@example.org") == changed
    assert await storage.accounts.by_email(account.email) is None


async def test_an_older_version_replaces_nothing(storage: Storage) -> None:
    account = an_account()
    await keep(storage, account)
    first, second = account.changed(first_name="First"), account.changed(first_name="Second")
    await apply(storage, lambda work: storage.accounts.replace(work, first))

    with pytest.raises(StaleVersion):
        await apply(storage, lambda work: storage.accounts.replace(work, second))

    assert await storage.accounts.get(account.id) == first


async def test_an_address_cannot_be_taken_over_by_a_change(storage: Storage) -> None:
    one, other = an_account(email="one@example.org"), an_account(email="other@example.org")
    await keep(storage, one, other)

    with pytest.raises(EmailTaken):
        await apply(
            storage, lambda work: storage.accounts.replace(work, other.changed(email="ONE@example.org"))
        )

    assert await storage.accounts.by_email("one@example.org") == one


async def test_what_an_old_password_proved_is_refused(storage: Storage) -> None:
    account = an_account()
    await keep(storage, account)
    await apply(storage, lambda work: storage.accounts.set_password(work, account.id, "old"))
    await apply(storage, lambda work: storage.accounts.still_proven(work, account.id, "old"))
    await apply(storage, lambda work: storage.accounts.set_password(work, account.id, "new"))

    with pytest.raises(WrongCredentials):
        await apply(storage, lambda work: storage.accounts.still_proven(work, account.id, "old"))


@pytest.mark.parametrize("status", [AccountStatus.SUSPENDED, AccountStatus.ERASED])
async def test_what_needs_an_open_account_is_refused_once_it_is_closed(
    storage: Storage, status: AccountStatus
) -> None:
    account = an_account()
    await keep(storage, account)
    await apply(storage, lambda work: storage.accounts.still_open(work, account.id))
    await apply(storage, lambda work: storage.accounts.replace(work, account.changed(status=status)))

    with pytest.raises(NotSignedIn):
        await apply(storage, lambda work: storage.accounts.still_open(work, account.id))


async def test_signing_in_is_remembered_and_wakes_who_rested(storage: Storage) -> None:
    resting = an_account(status=AccountStatus.INACTIVE)
    await keep(storage, resting)

    await apply(storage, lambda work: storage.accounts.signed_in(work, resting.id, LATER))
    await apply(storage, lambda work: storage.accounts.signed_in(work, resting.id, START))

    found = await present(storage, resting)
    assert (found.status, found.last_login_at, found.version) == (AccountStatus.ACTIVE, LATER, 1)


async def test_a_change_by_who_saw_the_account_resting_does_not_put_it_to_rest(storage: Storage) -> None:
    resting = an_account(status=AccountStatus.INACTIVE)
    await keep(storage, resting)
    await apply(storage, lambda work: storage.accounts.signed_in(work, resting.id, LATER))

    await apply(storage, lambda work: storage.accounts.replace(work, resting.changed(first_name="Grace")))

    found = await present(storage, resting)
    assert (found.first_name, found.status, found.last_login_at) == ("Grace", AccountStatus.ACTIVE, LATER)


async def test_signing_in_lifts_no_suspension(storage: Storage) -> None:
    account = an_account(status=AccountStatus.SUSPENDED)
    await keep(storage, account)

    await apply(storage, lambda work: storage.accounts.signed_in(work, account.id, LATER))

    assert (await present(storage, account)).status is AccountStatus.SUSPENDED


@pytest.mark.parametrize("text", ["lovel", "ADA", "élodie  lovelace", " Ada ", "person@", "É", "é"])
async def test_people_are_found_by_part_of_name_or_address(storage: Storage, text: str) -> None:
    wanted = an_account(first_name="Ada Élodie", last_name="Lovelace", email="Person@example.org")
    await keep(storage, wanted, an_account(first_name="Grace", last_name="Hopper", email="x@example.org"))

    assert await storage.accounts.find(text, 20) == [wanted]


@pytest.mark.parametrize("text", ["%", "_", "'", '"', "*", "\\", "lovelace ada", "\x00"])
async def test_signs_are_only_signs(storage: Storage, text: str) -> None:
    await keep(storage, an_account())

    assert await storage.accounts.find(text, 20) == []


@pytest.mark.parametrize("text", [None, "", "  ", "example"])
async def test_the_newest_come_first_and_not_too_many(storage: Storage, text: str | None) -> None:
    accounts = [an_account(created_at=START + timedelta(hours=hour // 2)) for hour in range(6)]
    await keep(storage, *accounts)

    found = await storage.accounts.find(text, 4)

    assert found == [accounts[5], accounts[4], accounts[3], accounts[2]]


async def test_everybody_is_listed_oldest_first(storage: Storage) -> None:
    old, new = an_account(), an_account(created_at=LATER, status=AccountStatus.SUSPENDED)
    await keep(storage, new, old)

    assert await storage.accounts.all() == [old, new]
    assert await storage.accounts.count() == 2


async def erased(storage: Storage, account: Account) -> None:
    gone = account.changed(status=AccountStatus.ERASED)
    await apply(storage, lambda work: storage.accounts.erase(work, gone))


async def test_an_erased_account_has_no_person_in_it(storage: Storage) -> None:
    account = an_account(email="ada@example.org", last_login_at=START)
    await apply(storage, lambda work: storage.accounts.add(work, account, "hash"))

    await erased(storage, account)

    row = await present(storage, account)
    assert (row.email, row.first_name, row.last_name, row.last_login_at) == ("", "", "", None)
    assert (row.status, row.version) == (AccountStatus.ERASED, 2)
    assert await storage.accounts.password_hash(account.id) is None
    assert await storage.accounts.by_email("ada@example.org") is None
    assert await storage.accounts.by_email("") is None
    assert await storage.accounts.find("ada", 20) == await storage.accounts.find(None, 20) == []
    assert await storage.accounts.all() == []
    assert await storage.accounts.count() == 0


async def test_the_address_of_an_erased_account_is_free(storage: Storage) -> None:
    first, second = an_account(email="ada@example.org"), an_account(email="Ada@example.org")
    await keep(storage, first)
    await erased(storage, first)

    await keep(storage, second)

    assert await storage.accounts.by_email("ada@example.org") == second


async def test_several_accounts_can_be_erased(storage: Storage) -> None:
    accounts = [an_account(), an_account()]
    await keep(storage, *accounts)

    for account in accounts:
        await erased(storage, account)

    assert await storage.accounts.count() == 0


async def test_views_of_an_erased_account_stay_as_nameless_counts(storage: Storage) -> None:
    uploader, viewer = an_account(), an_account()
    video = a_video(uploader)
    view = View(id=ViewId(IDS.new()), video_id=video.id, viewer_id=viewer.id, at=START)
    activity = Activity(
        id=ActivityId(IDS.new()), account_id=viewer.id, kind=ActivityKind.VIEW, video_id=video.id, at=START
    )
    await keep(storage, uploader, viewer, video, view)
    await apply(storage, lambda work: storage.activity.add(work, activity))

    await erased(storage, viewer)

    assert await storage.playback.views_of(viewer.id) == []
    assert await storage.activity.all_of(viewer.id) == []
    kept = await storage.videos.get(video.id)
    assert kept is not None
    assert kept.totals.views == 1


async def test_erasing_an_older_version_changes_nothing(storage: Storage) -> None:
    account = an_account()
    await keep(storage, account)
    changed = account.changed(first_name="Grace")
    await apply(storage, lambda work: storage.accounts.replace(work, changed))

    with pytest.raises(StaleVersion):
        await erased(storage, account)

    assert await storage.accounts.get(account.id) == changed


async def test_nothing_brings_a_person_back_into_an_erased_account(storage: Storage) -> None:
    account = an_account()
    await keep(storage, account)
    await erased(storage, account)

    await apply(storage, lambda work: storage.accounts.set_password(work, account.id, "hash"))
    await apply(storage, lambda work: storage.accounts.signed_in(work, account.id, LATER))

    row = await present(storage, account)
    assert (row.status, row.last_login_at) == (AccountStatus.ERASED, None)
    assert await storage.accounts.password_hash(account.id) is None


def demoting(storage: Storage, account: Account) -> Callable[[UnitOfWork], None]:
    return lambda work: storage.accounts.demote(work, account.changed(roles=CREATOR))


@pytest.mark.parametrize("other", [MODERATOR, frozenset({Role.ADMIN})])
@pytest.mark.parametrize("status", [AccountStatus.ACTIVE, AccountStatus.INACTIVE])
async def test_a_moderator_steps_down_while_another_can_moderate(
    storage: Storage, other: frozenset[Role], status: AccountStatus
) -> None:
    moderator = an_account(roles=MODERATOR)
    await keep(storage, moderator, an_account(roles=other, status=status))

    await apply(storage, demoting(storage, moderator))

    assert (await present(storage, moderator)).roles == CREATOR


@pytest.mark.parametrize("status", [AccountStatus.SUSPENDED, AccountStatus.ERASED])
async def test_the_last_moderator_stays(storage: Storage, status: AccountStatus) -> None:
    moderator = an_account(roles=MODERATOR)
    await keep(storage, moderator, an_account(roles=MODERATOR, status=status), an_account())

    with pytest.raises(LastModerator):
        await apply(storage, demoting(storage, moderator))

    assert await storage.accounts.get(moderator.id) == moderator


async def test_when_the_last_two_step_down_at_once_one_stays(storage: Storage) -> None:
    moderators = [an_account(roles=MODERATOR), an_account(roles=frozenset({Role.ADMIN}))]
    await keep(storage, *moderators)

    answers = await asyncio.gather(
        *(apply(storage, demoting(storage, one)) for one in moderators), return_exceptions=True
    )

    assert sorted(str(type(answer).__name__) for answer in answers) == ["LastModerator", "NoneType"]
    stayed = moderators[1 - answers.index(None)]
    assert await storage.accounts.get(stayed.id) == stayed


async def test_an_older_version_is_not_demoted(storage: Storage) -> None:
    moderator = an_account(roles=MODERATOR)
    await keep(storage, moderator, an_account(roles=MODERATOR))
    await apply(storage, lambda work: storage.accounts.replace(work, moderator.changed(first_name="Grace")))

    with pytest.raises(StaleVersion):
        await apply(storage, demoting(storage, moderator))

    assert (await present(storage, moderator)).roles == MODERATOR
