"""Counting requests against a quota."""

from typing import Protocol

from killrvideo.domain.limits import RateDecision, RatePolicy, RouteClass


class RateLimiter(Protocol):
    async def take(self, policy: RatePolicy, key: str) -> RateDecision:
        """Counts one request of ``key``; says whether the quota allowed it."""
        ...

    async def forget(self, policy: RatePolicy, key: str) -> None:
        """Gives ``key`` its whole quota back."""
        ...


class Quotas(Protocol):
    """What each kind of request is held to, for whoever counts by more than the caller."""

    async def take(self, route_class: RouteClass, key: str) -> None:
        """Counts one request of ``key``; raises TooManyRequests."""
        ...

    async def forget(self, route_class: RouteClass, key: str) -> None:
        """Gives ``key`` its whole quota back."""
        ...
