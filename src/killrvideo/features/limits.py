"""Holding each caller to the quota of what it asks for."""

import math
from collections.abc import Mapping

from killrvideo.domain.errors import TooManyRequests
from killrvideo.domain.limits import STRICT, RatePolicy, RouteClass
from killrvideo.service_interfaces.limits import RateLimiter


class Limits:
    """Strict classes are counted in the shared store, the generous ones in this process: they are hot."""

    def __init__(
        self, policies: Mapping[RouteClass, RatePolicy], shared: RateLimiter, local: RateLimiter
    ) -> None:
        self._policies = policies
        self._shared = shared
        self._local = local

    async def take(self, route_class: RouteClass, key: str) -> None:
        """Counts one request of the caller ``key``; raises TooManyRequests."""
        policy = self._policies.get(route_class)
        if policy is None:
            return
        limiter = self._shared if route_class in STRICT else self._local
        decision = await limiter.take(policy, key)
        if not decision.allowed:
            raise TooManyRequests(
                f"You have used your {policy.quota} requests of the kind '{policy.name}' "
                f"for {policy.window} seconds; try again in {math.ceil(decision.reset_after)} s.",
                decision=decision,
            )

    async def forget(self, route_class: RouteClass, key: str) -> None:
        """Gives the caller its whole quota back, as after a sign-in that worked."""
        policy = self._policies.get(route_class)
        if policy is not None:
            await (self._shared if route_class in STRICT else self._local).forget(policy, key)
