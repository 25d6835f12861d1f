"""What every rate limiter keeps, in one process's memory or in a store that processes share."""

import asyncio
from datetime import timedelta

import pytest

from killrvideo.adapters.limits import InMemoryRateLimiter
from killrvideo.domain.limits import RatePolicy
from killrvideo.service_interfaces.limits import RateLimiter
from killrvideo.service_interfaces.storage import Storage
from tests.backends import CASSANDRA
from tests.holding_still import ManualClock

LOGIN = RatePolicy("login", quota=4, window=60)
ONCE = RatePolicy("once", quota=1, window=60)


@pytest.fixture(params=["store", "memory"])
def limiter(request: pytest.FixtureRequest, storage: Storage, clock: ManualClock) -> RateLimiter:
    return storage.limits if request.param == "store" else InMemoryRateLimiter(clock)


async def allowed(limiter: RateLimiter, times: int, key: str = "ann", policy: RatePolicy = LOGIN) -> int:
    """How many of so many requests in a row the quota allows."""
    return sum([(await limiter.take(policy, key)).allowed for _ in range(times)])


async def test_requests_up_to_the_quota_are_allowed_and_counted_down(limiter: RateLimiter) -> None:
    decisions = [await limiter.take(LOGIN, "ann") for _ in range(6)]
    assert [decision.allowed for decision in decisions] == [True] * 4 + [False] * 2
    assert [decision.remaining for decision in decisions] == [3, 2, 1, 0, 0, 0]
    assert decisions[0].policy == LOGIN


async def test_requests_at_once_never_exceed_the_quota(limiter: RateLimiter) -> None:
    decisions = await asyncio.gather(*(limiter.take(LOGIN, "ann") for _ in range(40)))
    assert sum(decision.allowed for decision in decisions) == 4


async def test_callers_and_policies_are_counted_apart(limiter: RateLimiter) -> None:
    assert await allowed(limiter, 5) == 4
    assert await allowed(limiter, 5, "bob") == 4
    assert await allowed(limiter, 2, "ann", ONCE) == 1


async def test_the_quota_comes_back_bit_by_bit_in_the_next_window(
    limiter: RateLimiter, clock: ManualClock
) -> None:
    assert await allowed(limiter, 5) == 4
    clock.advance(timedelta(seconds=60))
    assert await allowed(limiter, 1) == 0
    clock.advance(timedelta(seconds=15))
    assert await allowed(limiter, 2) == 1
    clock.advance(timedelta(seconds=30))
    assert await allowed(limiter, 3) == 2


async def test_after_two_windows_the_quota_is_whole(limiter: RateLimiter, clock: ManualClock) -> None:
    last = [await limiter.take(LOGIN, "ann") for _ in range(4)][-1]
    clock.advance(timedelta(seconds=last.reset_after))
    assert await allowed(limiter, 5) == 4


@pytest.mark.parametrize("policy", [LOGIN, ONCE], ids=["quota-4", "quota-1"])
@pytest.mark.parametrize("late", [0, 17, 59.5])
async def test_a_refused_request_is_told_when_the_next_is_allowed(
    limiter: RateLimiter, clock: ManualClock, policy: RatePolicy, late: float
) -> None:
    clock.advance(timedelta(seconds=late))
    await allowed(limiter, policy.quota, policy=policy)
    for _ in range(6):
        refused = await limiter.take(policy, "ann")
        assert not refused.allowed
        clock.advance(timedelta(seconds=refused.reset_after) - timedelta(milliseconds=10))
        assert not (await limiter.take(policy, "ann")).allowed
        clock.advance(timedelta(milliseconds=10))
        assert (await limiter.take(policy, "ann")).allowed


async def test_a_forgotten_caller_has_the_whole_quota_again(limiter: RateLimiter) -> None:
    assert await allowed(limiter, 5) == 4
    assert await allowed(limiter, 5, "bob") == 4
    await limiter.forget(LOGIN, "ann")
    await limiter.forget(LOGIN, "nobody")
    assert await allowed(limiter, 5) == 4
    assert await allowed(limiter, 1, "bob") == 0


async def test_a_store_drops_counts_that_no_longer_matter(
    storage: Storage, clock: ManualClock, backend: str
) -> None:
    await allowed(storage.limits, 5)
    clock.advance(timedelta(seconds=120))
    await allowed(storage.limits, 1, "bob")
    dropped = await storage.purge(keys_before=clock.now(), counts_before=clock.now())
    assert dropped == (0 if backend == CASSANDRA else 1)  # They expire by themselves there.
    assert await allowed(storage.limits, 4, "bob") == 3
