"""Rate limits by a sliding window: what the present fixed window counted, and the share still in sight of
what the one before did. This process's memory keeps the two counts here; a shared store keeps the same two.
"""

from dataclasses import dataclass
from datetime import datetime

from killrvideo.domain.instants import to_millis
from killrvideo.domain.limits import RateDecision, RatePolicy
from killrvideo.service_interfaces.clock import Clock

SWEEP_AFTER = 10_000
"""Callers in memory before those that have their whole quota again are first forgotten."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Where an instant stands between the fixed windows of a policy; in seconds since 1970."""

    policy: RatePolicy
    now: float

    @classmethod
    def at(cls, policy: RatePolicy, now: datetime) -> "Windows":
        return cls(policy, to_millis(now) / 1000)

    @property
    def present(self) -> int:
        """When the present window began."""
        return int(self.now) // self.policy.window * self.policy.window

    @property
    def previous(self) -> int:
        """When the window before it began."""
        return self.present - self.policy.window

    def decide(self, used_before: int, used: int) -> RateDecision:
        """Judges one request more, after those that the previous and the present window allowed."""
        quota, window = self.policy.quota, self.policy.window
        left = self.present + window - self.now
        in_sight = used + used_before * left / window
        if in_sight + 1 <= quota:
            return RateDecision(self.policy, True, int(quota - in_sight - 1), left + window)
        if used < quota:  # Enough of the previous window passes out of sight before the present one ends.
            return RateDecision(self.policy, False, 0, left - (quota - 1 - used) * window / used_before)
        return RateDecision(self.policy, False, 0, left + window - (quota - 1) * window / used)


@dataclass(slots=True)
class _Counts:
    window: int
    used_before: int
    used: int
    forget_at: int

    def move_to(self, at: Windows) -> None:
        if self.window != at.present:
            self.used_before = self.used if self.window == at.previous else 0
            self.window, self.used = at.present, 0
            self.forget_at = at.present + 2 * at.policy.window


class InMemoryRateLimiter:
    """Counts in this process alone."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counts: dict[tuple[str, str], _Counts] = {}
        self._sweep_after = SWEEP_AFTER

    async def take(self, policy: RatePolicy, key: str) -> RateDecision:
        at = Windows.at(policy, self._clock.now())
        counts = self._counts.get((policy.name, key))
        if counts is None:
            self._sweep(at.now)
            counts = self._counts[policy.name, key] = _Counts(0, 0, 0, 0)
        counts.move_to(at)
        decision = at.decide(counts.used_before, counts.used)
        counts.used += decision.allowed
        return decision

    async def forget(self, policy: RatePolicy, key: str) -> None:
        self._counts.pop((policy.name, key), None)

    def _sweep(self, now: float) -> None:
        """Drops idle callers whenever their number has doubled, so that memory follows those who call."""
        if len(self._counts) >= self._sweep_after:
            self._counts = {key: counts for key, counts in self._counts.items() if counts.forget_at > now}
            self._sweep_after = max(SWEEP_AFTER, 2 * len(self._counts))


class NoRateLimiter:
    """Allows everything: for load runs, and where something in front holds the quotas."""

    async def take(self, policy: RatePolicy, key: str) -> RateDecision:  # noqa: ARG002
        return RateDecision(policy, allowed=True, remaining=policy.quota, reset_after=0.0)

    async def forget(self, policy: RatePolicy, key: str) -> None:
        pass
