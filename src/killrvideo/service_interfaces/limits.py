"""Counting requests against a quota."""

from typing import Protocol

from killrvideo.domain.limits import RateDecision, RatePolicy


class RateLimiter(Protocol):
    async def take(self, policy: RatePolicy, key: str) -> RateDecision:
        """Counts one request of ``key``; says whether the quota allowed it."""
        ...

    async def forget(self, policy: RatePolicy, key: str) -> None:
        """Gives ``key`` its whole quota back."""
        ...
