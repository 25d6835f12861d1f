"""Sessions in Cassandra that are opened, used or closed while something else happens."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from killrvideo.domain.accounts import Account, AccountStatus, Session
from killrvideo.domain.errors import RefreshReused
from tests.adapters.cassandra.people import LATER, People, digest
from tests.adapters.cassandra.round_trips import trips_of
from tests.backends import EmptiedSession
from tests.builders.accounts import an_account
from tests.builders.sessions import a_session
from tests.holding_still import START, CountingIds, ManualClock


@pytest.fixture
async def people(session: EmptiedSession, clock: ManualClock, ids: CountingIds) -> AsyncIterator[People]:
    yield People(session, clock, ids)
    await session.empty()


@pytest.fixture
async def ann(people: People) -> Account:
    ann = an_account()
    await people.apply(people.adding(ann, "old"))
    return ann


@pytest.fixture
async def mine(people: People, ann: Account) -> Session:
    """An open session of hers whose refresh token is 'first'."""
    mine = a_session(ann)
    await people.apply(people.signing_in(ann, mine, "first", "old"))
    return mine


async def is_dead(people: People, token: str) -> bool:
    try:
        await people.apply(people.using(token, f"after {token}"))
    except RefreshReused:
        return True
    return False


async def test_who_comes_in_with_the_old_password_while_it_changes_does_not_stay(
    people: People, ann: Account, mine: Session
) -> None:
    thief = a_session(ann)
    change = people.apply(people.setting_password(ann, "new"), people.closing_all(ann, but=mine))

    await people.apply(people.signing_in(ann, thief, "stolen", "old"), crossed_by=change)

    assert not await people.is_open(thief)
    assert await people.sessions.by_refresh(digest("stolen"), LATER) is None
    assert await is_dead(people, "stolen")
    assert await people.sessions.all_of(ann.id) == [mine]
    assert not await is_dead(people, "first")


async def test_a_session_of_the_new_password_stays(people: People, ann: Account, mine: Session) -> None:
    await people.apply(people.setting_password(ann, "new"), people.closing_all(ann))
    back = a_session(ann)

    await people.apply(people.signing_in(ann, back, "back", "new"))

    assert await people.is_open(back)
    assert not await people.is_open(mine)


async def test_a_password_that_is_only_set_ends_no_session(
    people: People, ann: Account, mine: Session
) -> None:
    await people.apply(people.setting_password(ann, "new"))

    assert await people.is_open(mine)


async def test_a_kept_session_is_kept_again_and_again(people: People, ann: Account, mine: Session) -> None:
    for password in ("second", "third"):
        change = people.setting_password(ann, password)
        await people.apply(change, people.closing_all(ann, but=mine))

    assert await people.is_open(mine)


async def test_two_who_change_the_password_at_once_are_both_heard(
    people: People, ann: Account, mine: Session
) -> None:
    other = a_session(ann)
    await people.apply(people.signing_in(ann, other, "other", "old"))
    first = people.apply(people.setting_password(ann, "first"), people.closing_all(ann, but=other))
    second = (people.setting_password(ann, "second"), people.closing_all(ann, but=mine))

    await people.apply(*second, crossed_by=first)

    assert await people.accounts.password_hash(ann.id) == "second"
    assert not await people.is_open(other)


async def test_a_sign_in_that_crosses_a_suspension_is_over_when_that_ends(
    people: People, ann: Account
) -> None:
    session = a_session(ann)
    suspended = ann.changed(status=AccountStatus.SUSPENDED)
    back = suspended.changed(status=AccountStatus.ACTIVE)

    async def suspended_and_reinstated() -> None:
        await people.apply(people.replacing(suspended), people.closing_all(ann))
        await people.apply(people.replacing(back), people.closing_all(ann))

    signing_in = people.signing_in(ann, session, "token", "old")
    await people.apply(signing_in, crossed_by=suspended_and_reinstated())

    assert not await people.is_open(session)


async def test_a_token_that_is_used_while_its_session_is_closed_brings_nothing_back(
    people: People, mine: Session
) -> None:
    await people.apply(people.using("first", "second"), crossed_by=people.apply(people.closing(mine)))

    assert not await people.is_open(mine)
    assert await people.sessions.by_refresh(digest("second"), LATER) is None
    assert await is_dead(people, "second")


async def test_a_session_that_is_closed_while_others_are_is_not_kept(
    people: People, ann: Account, mine: Session
) -> None:
    change = (people.setting_password(ann, "new"), people.closing_all(ann, but=mine))

    await people.apply(*change, crossed_by=people.apply(people.closing(mine)))

    assert not await people.is_open(mine)


async def test_a_token_may_still_come_again_while_its_successor_is_used_for_the_first_time(
    people: People, mine: Session
) -> None:
    await people.apply(people.using("first", "second"))
    first_again = people.using("first", "sister")

    await people.apply(first_again, crossed_by=people.apply(people.using("second", "third")))

    assert await is_dead(people, "sister")
    assert await is_dead(people, "first")
    assert not await is_dead(people, "third")


@pytest.mark.parametrize("point", ["statement-1", "applied"])
async def test_a_use_that_stopped_after_its_guard_is_finished(
    people: People, mine: Session, point: str
) -> None:
    await people.apply(people.using("first", "second"))
    await people.apply(people.using("first", "sister"))

    await people.crash(point, people.using("second", "third"))

    assert await is_dead(people, "sister")
    assert await is_dead(people, "first")
    assert not await is_dead(people, "third")


async def test_a_use_that_stopped_before_its_guard_has_not_been(people: People, mine: Session) -> None:
    await people.apply(people.using("first", "second"))
    await people.apply(people.using("first", "sister"))

    await people.crash("collected", people.using("second", "third"))

    assert not await is_dead(people, "sister")
    assert await is_dead(people, "second")


async def test_a_request_is_known_in_one_round_trip_and_a_refresh_token_in_two(
    people: People, ann: Account, mine: Session
) -> None:
    request = await trips_of(lambda: people.sessions.open_session(ann.id, mine.id, LATER))
    refresh = await trips_of(lambda: people.sessions.by_refresh(digest("first"), LATER))

    assert (request.sequential, refresh.sequential) == (1, 2)


async def test_sessions_and_tokens_expire_a_day_after_their_end(people: People, ann: Account) -> None:
    session = a_session(ann, expires_at=START + timedelta(hours=2))
    await people.apply(people.signing_in(ann, session, "first", "old"))
    await people.apply(people.using("first", "second"))
    await people.apply(people.using("second", "third"))
    await people.apply(people.closing_all(ann, but=session))

    for column, table in (("proven_by", "sessions"), ("session_id", "refresh_tokens"), ("holder", "guards")):
        rows = await people.session.all_rows(f"SELECT {column}, TTL({column}) AS left FROM {table}")
        lefts = [row["left"] for row in rows if row[column] in {1, 2, session.id, digest("second").hex()}]
        assert lefts
        assert all(24 * 3600 < left <= 26 * 3600 for left in lefts)
