"""What only the limiters without a store do."""

from datetime import timedelta

import pytest

from killrvideo.adapters import limits
from killrvideo.adapters.limits import InMemoryRateLimiter, NoRateLimiter
from killrvideo.domain.limits import RatePolicy
from tests.holding_still import ManualClock

ONCE = RatePolicy("once", quota=1, window=60)


async def test_without_limits_everything_is_allowed() -> None:
    limiter = NoRateLimiter()
    decisions = [await limiter.take(ONCE, "ann") for _ in range(3)]
    await limiter.forget(ONCE, "ann")
    assert [(decision.allowed, decision.remaining) for decision in decisions] == [(True, 1)] * 3


async def test_sweeping_idle_callers_frees_none_of_those_who_still_wait(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SWEEP_AFTER", 10)
    limiter = InMemoryRateLimiter(clock)
    for number in range(30):
        await limiter.take(ONCE, f"early {number}")
    clock.advance(timedelta(seconds=60))
    for number in range(30):
        await limiter.take(ONCE, f"late {number}")
    clock.advance(timedelta(seconds=60))
    for number in range(200):
        await limiter.take(ONCE, f"new {number}")
    assert not (await limiter.take(ONCE, "late 7")).allowed
    assert (await limiter.take(ONCE, "early 7")).allowed
