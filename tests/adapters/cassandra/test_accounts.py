"""Accounts in Cassandra: changes that cross each other or stop in between, and what is left of a person."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from killrvideo.adapters.cassandra.accounts import search as account_search
from killrvideo.adapters.cassandra.migrations import cassandra_migrations
from killrvideo.domain.access import Role
from killrvideo.domain.accounts import Account, AccountStatus
from killrvideo.domain.errors import EmailTaken, LastModerator, StaleVersion
from tests.adapters.cassandra.people import LATER, People
from tests.adapters.cassandra.round_trips import trips_of
from tests.backends import EmptiedSession
from tests.builders.accounts import an_account
from tests.builders.ids import IDS
from tests.builders.sessions import a_session
from tests.holding_still import START, CountingIds, ManualClock

MODERATOR = frozenset({Role.MODERATOR})
BEFORE_IT_IS_DECIDED = ("collected", "statement-1", "statement-2")
ONCE_IT_IS_DECIDED = ("statement-3", "applied")


@pytest.fixture
async def people(session: EmptiedSession, clock: ManualClock, ids: CountingIds) -> AsyncIterator[People]:
    yield People(session, clock, ids)
    await session.empty()


@pytest.mark.parametrize("point", BEFORE_IT_IS_DECIDED)
async def test_the_address_of_a_registration_that_stopped_too_early_is_free(
    people: People, point: str
) -> None:
    first, second = an_account(email="ann@example.org"), an_account(email="ann@example.org")

    await people.crash(point, people.adding(first, "hash"))
    await people.apply(people.adding(second))

    assert await people.accounts.by_email("ann@example.org") == second
    assert await people.accounts.get(first.id) is None
    assert await people.accounts.count() == 1


@pytest.mark.parametrize("point", ONCE_IT_IS_DECIDED)
async def test_a_registration_that_passed_its_guards_is_finished(people: People, point: str) -> None:
    ann = an_account(email="ann@example.org")

    await people.crash(point, people.adding(ann, "hash"))

    assert await people.accounts.by_email_with_password("ann@example.org") == (ann, "hash")
    assert await people.accounts.find("ann@", 20) == [ann]
    assert await people.accounts.count() == 1
    with pytest.raises(EmailTaken):
        await people.apply(people.adding(an_account(email="Ann@example.org")))


@pytest.mark.parametrize("point", [*BEFORE_IT_IS_DECIDED, "applied"])
async def test_the_roster_is_right_after_a_crash(people: People, point: str) -> None:
    ann, ben = an_account(roles=MODERATOR), an_account(roles=MODERATOR)
    await people.apply(people.adding(ann), people.adding(ben))

    await people.crash(point, people.demoting(ann))

    still = (await people.present(ann)).roles == MODERATOR
    if still:
        await people.apply(people.demoting(ann))
    with pytest.raises(LastModerator):
        await people.apply(people.demoting(ben))


async def test_whoever_steps_down_while_the_other_does_is_refused(people: People) -> None:
    ann, ben = an_account(roles=MODERATOR), an_account(roles=MODERATOR)
    await people.apply(people.adding(ann), people.adding(ben))

    with pytest.raises(LastModerator):
        await people.apply(people.demoting(ann), crossed_by=people.apply(people.demoting(ben)))

    assert await people.present(ann) == ann


@pytest.mark.parametrize("status", [AccountStatus.SUSPENDED, AccountStatus.ERASED])
async def test_nobody_steps_down_for_who_is_shut_out_at_that_moment(
    people: People, status: AccountStatus
) -> None:
    ann, ben = an_account(roles=MODERATOR), an_account(roles=MODERATOR)
    await people.apply(people.adding(ann), people.adding(ben))
    leaving = people.apply(people.replacing(ben.changed(status=status)))

    with pytest.raises(LastModerator):
        await people.apply(people.demoting(ann), crossed_by=leaving)


async def test_a_change_that_is_overtaken_leaves_lists_and_names_alone(people: People) -> None:
    ann = an_account(first_name="Ann", email="ann@example.org")
    await people.apply(people.adding(ann))
    first, second = ann.changed(first_name="First"), ann.changed(first_name="Second", email="b@example.org")

    with pytest.raises(StaleVersion):
        await people.apply(people.replacing(second), crossed_by=people.apply(people.replacing(first)))

    assert await people.accounts.find("second", 20) == await people.accounts.find("b@example", 20) == []
    assert await people.accounts.find("first", 20) == [first]
    await people.apply(people.adding(an_account(email="b@example.org")))


@pytest.mark.parametrize("text", ["ann", "smith", "nn smi", "ann@old"])
async def test_who_has_another_name_is_not_found_by_the_old_one(people: People, text: str) -> None:
    ann = an_account(first_name="Ann", last_name="Smith", email="ann@old.example")
    await people.apply(people.adding(ann))

    jane = ann.changed(first_name="Jane", last_name="Smyth", email="jane@new.example")
    await people.apply(people.replacing(jane))

    assert await people.accounts.find(text, 20) == []
    assert await people.accounts.find("jane smyth", 20) == [jane]


async def test_a_password_that_crosses_the_erasure_is_forgotten(people: People) -> None:
    ann = an_account()
    await people.apply(people.adding(ann, "hash"))
    erasure = people.apply(people.erasing(ann))

    await people.apply(people.setting_password(ann, "new"), crossed_by=erasure)

    assert await people.accounts.password_hash(ann.id) is None


async def test_a_sign_in_that_crosses_the_erasure_is_forgotten(people: People) -> None:
    ann = an_account(status=AccountStatus.INACTIVE)
    session = a_session(ann)
    await people.apply(people.adding(ann, "hash"))
    erasure = people.apply(people.erasing(ann), people.closing_all(ann))

    await people.apply(people.signing_in(ann, session, "token", "hash"), crossed_by=erasure)

    found = await people.present(ann)
    assert (found.status, found.last_login_at) == (AccountStatus.ERASED, None)
    assert not await people.is_open(session)


def every_table() -> list[str]:
    scripts = "".join(migration.script for migration in cassandra_migrations())
    return re.findall(r"CREATE TABLE (\w+)", scripts)


async def test_an_erased_account_leaves_no_name_and_no_address_anywhere(people: People) -> None:
    ann = an_account(
        first_name="Annabella", last_name="Quixote", email="zwart@vlinder.example", roles=MODERATOR
    )
    session = a_session(ann)
    await people.apply(people.adding(ann, "secret"), people.signing_in(ann, session, "token", "secret"))
    present = await people.present(ann)
    await people.apply(people.replacing(present.changed(last_name="Quijote")))

    await people.apply(people.erasing(await people.present(ann)), people.closing_all(ann))

    kept: list[Any] = [row for table in every_table() for row in await _rows(people, table)]
    assert kept
    for trace in ("nnab", "qui", "zwart", "vlin", "secret"):
        assert trace not in str(kept).casefold()
    assert await people.session.all_rows("SELECT * FROM roster WHERE name = 'moderators'") == [
        {"name": "moderators", "account_id": None, "version": 2}
    ]


async def _rows(people: People, table: str) -> list[Any]:
    return await people.session.all_rows(f"SELECT * FROM {table}")


@pytest.fixture
async def crowd(people: People, monkeypatch: pytest.MonkeyPatch) -> list[Account]:
    """Forty of one name, newest last, where three finds in a lane make a text common."""
    monkeypatch.setattr(account_search, "COMMON", 3)
    monkeypatch.setattr(account_search, "NEWEST_FOR_COMMON", 2)
    monkeypatch.setattr(account_search, "LANES", 2)
    crowd = [an_account(created_at=START + timedelta(hours=hour)) for hour in range(40)]
    await people.apply(*(people.adding(account) for account in crowd))
    return crowd


async def test_of_those_with_a_common_text_the_newest_come_first(
    people: People, crowd: list[Account]
) -> None:
    found = await people.accounts.find("lovelace", 5)

    assert len(found) == 5
    assert found[:2] == [crowd[39], crowd[38]]
    assert found == sorted(found, key=lambda account: account.created_at, reverse=True)


async def test_one_among_many_is_found(people: People, crowd: list[Account]) -> None:
    rare = an_account(last_name="Loveless", created_at=START - timedelta(days=1000))
    await people.apply(people.adding(rare))

    assert await people.accounts.find("loveless", 5) == [rare]
    assert await people.accounts.find(rare.email, 5) == [rare]


@pytest.mark.parametrize(("text", "sequential"), [("lovel", 2), ("lo", 2), (None, 2), ("nobody", 1)])
async def test_finding_people_takes_two_round_trips(
    people: People, crowd: list[Account], text: str | None, sequential: int
) -> None:
    trips = await trips_of(lambda: people.accounts.find(text, 20))

    assert trips.sequential == sequential


async def test_questions_about_one_account_take_few_round_trips(people: People) -> None:
    ann = an_account()
    await people.apply(people.adding(ann, "hash"))

    getting = await trips_of(lambda: people.accounts.get(ann.id))
    signing_in = await trips_of(lambda: people.accounts.by_email_with_password(ann.email))

    assert (getting.sequential, signing_in.sequential) == (1, 2)


async def test_an_imported_account_goes_on_from_its_version(people: People) -> None:
    ann = an_account(version=7, id=IDS.new(), last_login_at=LATER)
    await people.apply(people.adding(ann))

    renamed = ann.changed(first_name="Grace")
    await people.apply(people.replacing(renamed))

    assert await people.present(ann) == renamed
