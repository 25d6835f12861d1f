"""What every back end's session store keeps."""

import asyncio
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from killrvideo.domain.access import Role, Scope
from killrvideo.domain.accounts import Account, AccountStatus, Session
from killrvideo.domain.errors import RefreshReused
from killrvideo.domain.ids import SessionId
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.units import UnitOfWork
from tests.backends import CASSANDRA
from tests.builders.accounts import an_account
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, keep
from tests.builders.sessions import a_session
from tests.holding_still import START

LATER = START + timedelta(hours=1)


async def apply(storage: Storage, change: Callable[[UnitOfWork], None]) -> None:
    work = storage.begin("tests.sessions", ORIGIN)
    change(work)
    await work.commit()


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


async def opened(storage: Storage, account: Account, token: str = "first", **changes: object) -> Session:
    session = a_session(account, **changes)
    await apply(storage, lambda work: storage.sessions.open(work, session, digest(token)))
    return session


@pytest.fixture
async def account(storage: Storage) -> Account:
    account = an_account(roles=frozenset({Role.MODERATOR}), scopes=frozenset({Scope.OPERATE}))
    await keep(storage, account)
    return account


async def use(storage: Storage, presented: str, successor: str, now: datetime = LATER) -> None:
    await apply(
        storage, lambda work: storage.sessions.rotate(work, digest(presented), digest(successor), now)
    )


async def is_dead(storage: Storage, token: str) -> bool:
    """Whether presenting the token is refused."""
    try:
        await use(storage, token, f"after {token} {IDS.new()}")
    except RefreshReused:
        return True
    return False


async def test_an_open_session_comes_with_its_account(storage: Storage, account: Account) -> None:
    session = await opened(storage, account)

    assert await storage.sessions.open_session(account.id, session.id, LATER) == (session, account)


@pytest.mark.parametrize("narrowed_to", [frozenset(), frozenset({Scope.PROFILE, Scope.COMMENTS_WRITE})])
async def test_a_narrowed_session_stays_narrow(
    storage: Storage, account: Account, narrowed_to: frozenset[Scope]
) -> None:
    session = await opened(storage, account, narrowed_to=narrowed_to)

    assert await storage.sessions.open_session(account.id, session.id, LATER) == (session, account)
    assert await storage.sessions.by_refresh(digest("first"), LATER) == (session, account)


async def test_an_unknown_session_is_not_open(storage: Storage, account: Account) -> None:
    assert await storage.sessions.open_session(account.id, SessionId(IDS.new()), LATER) is None


async def test_a_session_is_open_for_its_own_account_only(storage: Storage, account: Account) -> None:
    somebody = an_account()
    await keep(storage, somebody)
    session = await opened(storage, account)

    assert await storage.sessions.open_session(somebody.id, session.id, LATER) is None


async def test_a_session_ends_at_its_instant(storage: Storage, account: Account) -> None:
    session = await opened(storage, account)

    in_time = session.expires_at - timedelta(milliseconds=1)

    assert await storage.sessions.open_session(account.id, session.id, in_time)
    assert await storage.sessions.by_refresh(digest("first"), in_time)
    assert await storage.sessions.open_session(account.id, session.id, session.expires_at) is None
    assert await storage.sessions.by_refresh(digest("first"), session.expires_at) is None


@pytest.mark.parametrize(
    ("status", "is_open"),
    [
        (AccountStatus.ACTIVE, True),
        (AccountStatus.INACTIVE, True),
        (AccountStatus.SUSPENDED, False),
        (AccountStatus.ERASED, False),
    ],
)
async def test_a_session_is_open_while_its_account_is(
    storage: Storage, status: AccountStatus, is_open: bool
) -> None:
    account = an_account(status=status)
    await keep(storage, account)
    session = await opened(storage, account)

    assert (await storage.sessions.open_session(account.id, session.id, LATER) is not None) is is_open
    assert (await storage.sessions.by_refresh(digest("first"), LATER) is not None) is is_open


async def test_a_grant_shows_in_sessions_that_were_open_before(storage: Storage, account: Account) -> None:
    session = await opened(storage, account)
    granted = account.changed(roles=frozenset({Role.ADMIN}))

    await apply(storage, lambda work: storage.accounts.replace(work, granted))

    assert await storage.sessions.open_session(account.id, session.id, LATER) == (session, granted)


async def test_a_refresh_token_leads_to_its_session(storage: Storage, account: Account) -> None:
    session = await opened(storage, account, "mine")
    await opened(storage, account, "another")

    assert await storage.sessions.by_refresh(digest("mine"), LATER) == (session, account)
    assert await storage.sessions.by_refresh(digest("unknown"), LATER) is None


async def test_used_tokens_and_their_successors_lead_to_the_same_session(
    storage: Storage, account: Account
) -> None:
    session = await opened(storage, account)
    await use(storage, "first", "second")

    assert await storage.sessions.by_refresh(digest("first"), LATER) == (session, account)
    assert await storage.sessions.by_refresh(digest("second"), LATER) == (session, account)


async def test_tokens_follow_one_another(storage: Storage, account: Account) -> None:
    await opened(storage, account, "0")

    for number in range(5):
        await use(storage, str(number), str(number + 1))

    assert [await is_dead(storage, str(number)) for number in range(6)] == [True] * 4 + [False] * 2


async def test_after_a_lost_answer_the_token_may_come_again(storage: Storage, account: Account) -> None:
    await opened(storage, account)

    await use(storage, "first", "lost")
    await use(storage, "first", "lost too")
    await use(storage, "first", "arrived")
    await use(storage, "arrived", "next")

    assert not await is_dead(storage, "next")


async def test_a_token_is_dead_once_its_successor_was_used(storage: Storage, account: Account) -> None:
    await opened(storage, account)
    await use(storage, "first", "second")
    await use(storage, "second", "third")

    assert await is_dead(storage, "first")
    assert not await is_dead(storage, "third")


async def test_a_token_is_dead_once_its_sibling_was_used(storage: Storage, account: Account) -> None:
    await opened(storage, account)
    await use(storage, "first", "stolen")
    await use(storage, "first", "arrived")
    await use(storage, "arrived", "next")

    assert await is_dead(storage, "stolen")


async def test_a_refused_token_leaves_no_successor(storage: Storage, account: Account) -> None:
    await opened(storage, account)
    await use(storage, "first", "second")
    await use(storage, "second", "third")

    with pytest.raises(RefreshReused):
        await use(storage, "first", "sneaked in")

    assert await storage.sessions.by_refresh(digest("sneaked in"), LATER) is None


async def test_of_two_siblings_used_at_once_one_lives(storage: Storage, account: Account) -> None:
    await opened(storage, account)
    await use(storage, "first", "left")
    await use(storage, "first", "right")

    answers = await asyncio.gather(
        use(storage, "left", "after left"), use(storage, "right", "after right"), return_exceptions=True
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "RefreshReused"]


async def test_unknown_tokens_are_dead(storage: Storage, account: Account) -> None:
    await opened(storage, account)

    assert await is_dead(storage, "unknown")


async def test_tokens_die_with_their_session(storage: Storage, account: Account) -> None:
    session = await opened(storage, account)

    with pytest.raises(RefreshReused):
        await use(storage, "first", "too late", session.expires_at)
    await apply(storage, lambda work: storage.sessions.close(work, account.id, session.id))

    assert await is_dead(storage, "first")


async def test_closing_ends_the_session_with_all_its_tokens(storage: Storage, account: Account) -> None:
    session, other = await opened(storage, account, "mine"), await opened(storage, account, "other")
    await use(storage, "mine", "mine too")

    for _ in range(2):
        await apply(storage, lambda work: storage.sessions.close(work, account.id, session.id))

    assert await storage.sessions.open_session(account.id, session.id, LATER) is None
    assert await storage.sessions.by_refresh(digest("mine"), LATER) is None
    assert await storage.sessions.by_refresh(digest("mine too"), LATER) is None
    assert await storage.sessions.open_session(account.id, other.id, LATER) == (other, account)


async def test_all_sessions_of_an_account_are_closed(storage: Storage, account: Account) -> None:
    somebody = an_account()
    await keep(storage, somebody)
    sessions = [await opened(storage, account, str(number)) for number in range(3)]
    theirs = await opened(storage, somebody, "theirs")

    await apply(storage, lambda work: storage.sessions.close_all(work, account.id))

    for session in sessions:
        assert await storage.sessions.open_session(account.id, session.id, LATER) is None
    assert await storage.sessions.open_session(somebody.id, theirs.id, LATER) == (theirs, somebody)


async def test_all_sessions_but_the_present_one_are_closed(storage: Storage, account: Account) -> None:
    sessions = [await opened(storage, account, str(number)) for number in range(3)]

    await apply(storage, lambda work: storage.sessions.close_all(work, account.id, but=sessions[1].id))

    assert await storage.sessions.all_of(account.id) == [sessions[1]]
    assert not await is_dead(storage, "1")


async def test_all_sessions_of_an_account_are_listed_newest_first(storage: Storage, account: Account) -> None:
    somebody = an_account()
    await keep(storage, somebody)
    old = await opened(storage, account, "old")
    new = await opened(storage, account, "new", opened_at=LATER, narrowed_to=frozenset({Scope.PROFILE}))
    await opened(storage, somebody, "theirs")

    assert await storage.sessions.all_of(account.id) == [new, old]


async def test_sessions_that_expired_long_ago_are_dropped(
    storage: Storage, account: Account, backend: str
) -> None:
    old = await opened(storage, account, "old", expires_at=START)
    recent = await opened(storage, account, "recent", expires_at=LATER)
    await use(storage, "old", "old too", START - timedelta(hours=1))

    dropped = await storage.sessions.purge(LATER)
    if backend == CASSANDRA:  # They expire by themselves there.
        assert dropped == 0
        return
    assert dropped == 1
    earlier = START - timedelta(hours=1)
    assert await storage.sessions.all_of(account.id) == [recent]
    assert await storage.sessions.by_refresh(digest("old too"), earlier) is None
    assert await storage.sessions.open_session(account.id, old.id, earlier) is None
    assert await storage.sessions.purge(LATER) == 0
