"""Rate limits in Cassandra, by several processes whose clocks need not agree."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from killrvideo.adapters.cassandra.cluster.trips import counted
from killrvideo.adapters.cassandra.limits import CassandraRateLimiter
from killrvideo.domain.limits import RatePolicy
from tests.backends import EmptiedSession
from tests.holding_still import START, ManualClock

LOGIN = RatePolicy("login", quota=6, window=60)


@pytest.fixture
async def store(session: EmptiedSession) -> AsyncIterator[EmptiedSession]:
    yield session
    await session.empty()


async def allowed(limiter: CassandraRateLimiter, times: int) -> int:
    return sum([(await limiter.take(LOGIN, "203.0.113.9")).allowed for _ in range(times)])


async def test_processes_share_a_quota_and_never_exceed_it(store: EmptiedSession, clock: ManualClock) -> None:
    processes = [CassandraRateLimiter(store, clock) for _ in range(3)]

    passed = await asyncio.gather(*(allowed(process, 10) for process in processes))

    assert sum(passed) == LOGIN.quota


async def test_a_clock_that_is_late_gains_nothing(store: EmptiedSession) -> None:
    ahead = CassandraRateLimiter(store, ManualClock(START + timedelta(seconds=60)))
    late = CassandraRateLimiter(store, ManualClock(START + timedelta(seconds=59)))

    assert await allowed(ahead, 7) == LOGIN.quota
    assert await allowed(late, 1) == 0
    assert await allowed(ahead, 1) == 0


async def test_counts_expire_with_their_windows_and_name_nobody(
    store: EmptiedSession, clock: ManualClock
) -> None:
    clock.advance(timedelta(seconds=20))
    await allowed(CassandraRateLimiter(store, clock), 2)

    [row] = await store.all_rows("SELECT policy, key, used, TTL(used) AS left FROM rate_windows")

    assert (row["policy"], row["used"]) == ("login", 2)
    assert 90 < row["left"] <= 100
    assert b"203" not in row["key"]


async def test_a_refused_request_costs_one_question(store: EmptiedSession, clock: ManualClock) -> None:
    limiter = CassandraRateLimiter(store, clock)
    await allowed(limiter, LOGIN.quota)

    with counted() as asked:
        assert await allowed(limiter, 1) == 0

    assert asked.questions == 1
