"""Signing in and out, and knowing who asks."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from killrvideo.domain.access import Role, Scope
from killrvideo.domain.accounts import AccountStatus
from killrvideo.domain.errors import (
    AccountSuspended,
    InvalidGrant,
    NotSignedIn,
    TooManyRequests,
    WrongCredentials,
)
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.callers import NOBODY
from tests.builders.keeping import ORIGIN, keep
from tests.builders.people import (
    ACCESS_LIFETIME,
    ADDRESS,
    GUESSES,
    PASSWORD,
    REFRESH_LIFETIME,
    WINDOW,
    People,
    some_people,
)
from tests.holding_still import CountingIds, ManualClock

WRONG = "wrong horse"
READING = frozenset({Scope.PROFILE, Scope.ACTIVITY_READ})


@pytest.fixture
def people(storage: Storage, clock: ManualClock, ids: CountingIds) -> Iterator[People]:
    with some_people(storage, clock, ids) as found:
        yield found


async def suspend(storage: Storage, people: People) -> None:
    """Suspends Ann, whose sessions stay in the store."""
    account = await storage.accounts.by_email("ann@example.com")
    assert account is not None
    work = storage.begin("tests.suspend", ORIGIN)
    storage.accounts.replace(work, account.changed(status=AccountStatus.SUSPENDED))
    await work.commit()


async def guess(people: People, times: int, email: str = "ann@example.com", address: str = ADDRESS) -> None:
    for _ in range(times):
        with pytest.raises(WrongCredentials):
            await people.sign_in(email, WRONG, address)


# Who asks.


async def test_an_access_token_says_who_asks_and_with_which_scopes(people: People) -> None:
    ann = await people.register()
    caller = await people.caller(ann)
    assert caller.account_id == ann.account.id
    assert caller.origin.actor_id == ann.account.id
    assert caller.origin.correlation_id == ORIGIN.correlation_id
    assert caller.scopes == ann.account.all_scopes


@pytest.mark.parametrize("token", [None, "", "nonsense", "a.b.c"])
async def test_a_bad_token_is_nobodys(people: People, token: str | None) -> None:
    caller = await people.sessions.identify(token, ORIGIN)
    assert (caller.account_id, caller.scopes) == (None, frozenset())


async def test_an_access_token_expires(people: People, clock: ManualClock) -> None:
    ann = await people.register()
    assert ann.expires_in == ACCESS_LIFETIME.total_seconds()
    clock.advance(ACCESS_LIFETIME - timedelta(seconds=1))
    assert await people.knows(ann)
    clock.advance(timedelta(seconds=1))
    assert not await people.knows(ann)


async def test_a_grant_and_its_end_show_with_the_old_token(people: People) -> None:
    ann = await people.register()
    await people.register("other@example.com")
    await people.operator.grant("other@example.com", Role.MODERATOR, ORIGIN)
    await people.operator.grant("ann@example.com", Role.MODERATOR, ORIGIN)
    assert (await people.caller(ann)).may(Scope.MODERATION_ACT)
    await people.operator.revoke("ann@example.com", Role.MODERATOR, ORIGIN)
    assert not (await people.caller(ann)).may(Scope.MODERATION_ACT)


async def test_a_suspension_bites_at_the_next_request(people: People, storage: Storage) -> None:
    ann = await people.register()
    await suspend(storage, people)
    assert not await people.knows(ann)


# Signing in.


async def test_signing_in_opens_a_session_and_is_remembered(people: People, clock: ManualClock) -> None:
    await people.register()
    clock.advance(timedelta(days=1))
    ann = await people.sign_in(" ANN@Example.com ")
    assert await people.knows(ann)
    assert ann.account.last_login_at == clock.now()
    assert (await people.present(ann.account)).last_login_at == clock.now()


async def test_signing_in_wakes_an_inactive_account(people: People, storage: Storage) -> None:
    await keep(storage, an_account(email="rests@example.com", status=AccountStatus.INACTIVE))
    await people.operator.set_password("rests@example.com", PASSWORD, ORIGIN)
    woken = await people.sign_in("rests@example.com")
    assert woken.account.status is AccountStatus.ACTIVE
    assert (await people.present(woken.account)).status is AccountStatus.ACTIVE


@pytest.mark.parametrize("email", ["ann@example.com", "unknown@example.com", "imported@example.com", ""])
async def test_a_wrong_pair_is_refused_alike_for_known_and_unknown_addresses(
    people: People, storage: Storage, email: str
) -> None:
    await people.register()
    await keep(storage, an_account(email="imported@example.com"))
    with pytest.raises(WrongCredentials) as refused:
        await people.sign_in(email, WRONG)
    assert refused.value.detail == "The e-mail address or the password is wrong."


async def test_an_erased_account_is_unknown(people: People) -> None:
    ann = await people.register()
    await people.accounts.erase(await people.caller(ann))
    with pytest.raises(WrongCredentials):
        await people.sign_in()


async def test_only_the_right_pair_learns_of_a_suspension(people: People, storage: Storage) -> None:
    await people.register()
    await suspend(storage, people)
    with pytest.raises(AccountSuspended):
        await people.sign_in()
    await guess(people, 1)


@pytest.mark.parametrize("email", ["ann@example.com", "unknown@example.com"])
async def test_guessing_is_stopped_whether_there_is_such_an_account_or_not(
    people: People, email: str
) -> None:
    await people.register()
    await guess(people, GUESSES, email)
    with pytest.raises(TooManyRequests):
        await people.sign_in(email.upper())


async def test_guessing_at_once_gives_no_more_guesses(people: People) -> None:
    await people.register()
    tries = [people.sign_in(password=WRONG) for _ in range(4 * GUESSES)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(answer, WrongCredentials) for answer in answers) == GUESSES
    assert sum(isinstance(answer, TooManyRequests) for answer in answers) == 3 * GUESSES


async def test_a_guesser_locks_nobody_else_out(people: People) -> None:
    ann = await people.register()
    await guess(people, GUESSES)
    assert await people.knows(ann)
    assert await people.knows(await people.sessions.refresh(ann.refresh_token, ORIGIN))
    assert await people.knows(await people.sign_in(address="198.51.100.7"))


async def test_guesses_are_forgotten_in_time_and_after_a_success(people: People, clock: ManualClock) -> None:
    await people.register()
    await guess(people, GUESSES - 1)
    await people.sign_in()
    await guess(people, GUESSES)
    clock.advance(2 * WINDOW)
    await people.sign_in()


# Narrow tokens.


async def test_a_narrow_token_gives_only_what_was_asked_for(people: People) -> None:
    await people.register()
    narrow = await people.sessions.sign_in("ann@example.com", PASSWORD, ADDRESS, ORIGIN, READING)
    assert narrow.scopes == READING
    assert (await people.caller(narrow)).scopes == READING
    refreshed = await people.sessions.refresh(narrow.refresh_token, ORIGIN)
    assert (await people.caller(refreshed)).scopes == READING


async def test_asking_for_everything_is_no_narrowing(people: People) -> None:
    ann = await people.register()
    wide = await people.sessions.sign_in("ann@example.com", PASSWORD, ADDRESS, ORIGIN, ann.account.all_scopes)
    await people.operator.grant("ann@example.com", Scope.VECTORS_WRITE, ORIGIN)
    assert (await people.caller(wide)).may(Scope.VECTORS_WRITE)


async def test_nobody_can_ask_for_more_than_the_account_has(people: People) -> None:
    await people.register()
    with pytest.raises(InvalidGrant) as refused:
        await people.sessions.sign_in(
            "ann@example.com", PASSWORD, ADDRESS, ORIGIN, frozenset({Scope.PROFILE, Scope.OPERATE})
        )
    assert refused.value.error == "invalid_scope"


async def test_a_refreshed_token_can_be_narrower_for_once_but_never_wider(people: People) -> None:
    await people.register()
    narrow = await people.sessions.sign_in("ann@example.com", PASSWORD, ADDRESS, ORIGIN, READING)
    with pytest.raises(InvalidGrant) as refused:
        await people.sessions.refresh(narrow.refresh_token, ORIGIN, frozenset({Scope.COMMENTS_WRITE}))
    assert refused.value.error == "invalid_scope"
    profile = frozenset({Scope.PROFILE})
    narrower = await people.sessions.refresh(narrow.refresh_token, ORIGIN, profile)
    assert (await people.caller(narrower)).scopes == narrower.scopes == profile
    again = await people.sessions.refresh(narrower.refresh_token, ORIGIN)
    assert (await people.caller(again)).scopes == READING


# Refreshing.


async def test_a_refresh_token_is_traded_for_a_fresh_pair(people: People, clock: ManualClock) -> None:
    ann = await people.register()
    clock.advance(ACCESS_LIFETIME)
    fresh = await people.sessions.refresh(ann.refresh_token, ORIGIN)
    assert await people.knows(fresh)
    assert fresh.refresh_token != ann.refresh_token


async def test_a_lost_answer_locks_nobody_out(people: People) -> None:
    ann = await people.register()
    await people.sessions.refresh(ann.refresh_token, ORIGIN)
    second = await people.sessions.refresh(ann.refresh_token, ORIGIN)
    third = await people.sessions.refresh(second.refresh_token, ORIGIN)
    assert await people.knows(third)


async def test_a_refresh_token_that_comes_back_after_its_successor_was_used_ends_the_session(
    people: People,
) -> None:
    ann, elsewhere = await people.register(), await people.sign_in()
    second = await people.sessions.refresh(ann.refresh_token, ORIGIN)
    third = await people.sessions.refresh(second.refresh_token, ORIGIN)
    with pytest.raises(InvalidGrant):
        await people.sessions.refresh(ann.refresh_token, ORIGIN)
    assert not await people.knows(third)
    with pytest.raises(InvalidGrant):
        await people.sessions.refresh(third.refresh_token, ORIGIN)
    assert await people.knows(elsewhere)


async def test_of_two_refreshes_at_once_both_work_until_one_of_them_goes_on(people: People) -> None:
    ann = await people.register()
    one, other = await asyncio.gather(
        people.sessions.refresh(ann.refresh_token, ORIGIN),
        people.sessions.refresh(ann.refresh_token, ORIGIN),
    )
    assert one.refresh_token != other.refresh_token
    assert await people.knows(one)
    assert await people.knows(other)
    await people.sessions.refresh(one.refresh_token, ORIGIN)
    with pytest.raises(InvalidGrant):
        await people.sessions.refresh(other.refresh_token, ORIGIN)
    assert not await people.knows(one)


async def test_a_session_ends_however_often_it_is_refreshed(people: People, clock: ManualClock) -> None:
    ann = await people.register()
    clock.advance(REFRESH_LIFETIME - timedelta(minutes=1))
    last = await people.sessions.refresh(ann.refresh_token, ORIGIN)
    assert last.expires_in == 60
    clock.advance(timedelta(minutes=1))
    assert not await people.knows(last)
    with pytest.raises(InvalidGrant):
        await people.sessions.refresh(last.refresh_token, ORIGIN)


async def test_an_unknown_refresh_token_is_refused(people: People) -> None:
    with pytest.raises(InvalidGrant) as refused:
        await people.sessions.refresh("made up", ORIGIN)
    assert refused.value.error == "invalid_grant"


async def test_a_suspended_account_cannot_refresh(people: People, storage: Storage) -> None:
    ann = await people.register()
    await suspend(storage, people)
    with pytest.raises(InvalidGrant):
        await people.sessions.refresh(ann.refresh_token, ORIGIN)


# Signing out.


async def test_signing_out_ends_this_session_alone(people: People) -> None:
    ann, elsewhere = await people.register(), await people.sign_in()
    await people.sessions.sign_out(await people.caller(ann))
    assert not await people.knows(ann)
    with pytest.raises(InvalidGrant):
        await people.sessions.refresh(ann.refresh_token, ORIGIN)
    assert await people.knows(elsewhere)


async def test_only_who_is_signed_in_can_sign_out(people: People) -> None:
    with pytest.raises(NotSignedIn):
        await people.sessions.sign_out(NOBODY)


async def test_secrets_do_not_show_where_what_was_handed_out_is_printed(people: People) -> None:
    ann = await people.register()
    assert ann.access_token not in repr(ann)
    assert ann.refresh_token not in repr(ann)
