"""Rate limits that all processes of one cluster share: a count that is compared and set, never only added to.

It is exact: at most the quota passes, however many ask at once. Requests that are refused write nothing.
"""

import asyncio
import random
from hashlib import sha256
from math import ceil

from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.limits import Windows
from killrvideo.domain.errors import Unavailable
from killrvideo.domain.limits import RateDecision, RatePolicy
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.turns import Turns

TRIES = 12
"""Of a count that other processes change at the same time."""
PAUSE = 0.02
"""Seconds before the second try, at most; each further one waits up to twice as long, to a half second."""

GET = "SELECT window, used, used_before FROM rate_windows WHERE policy = :policy AND key = :key"
FIRST = """
UPDATE rate_windows USING TTL :seconds SET window = :window, used = :used, used_before = :used_before
WHERE policy = :policy AND key = :key IF window = null
"""
NEXT = """
UPDATE rate_windows USING TTL :seconds SET window = :window, used = :used, used_before = :used_before
WHERE policy = :policy AND key = :key IF window = :found_window AND used = :found_used
"""
FORGET = "DELETE FROM rate_windows WHERE policy = :policy AND key = :key IF EXISTS"


class CassandraRateLimiter:
    def __init__(self, session: CassandraSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._turns = Turns()

    async def take(self, policy: RatePolicy, key: str) -> RateDecision:
        """Raises Unavailable, and has then perhaps counted, if too many processes count at once."""
        # Only other processes are worth a race.
        async with self._turns.of(f"{policy.name} {key}"):
            for attempt in range(TRIES):
                decision = await self._try_to_take(policy, key)
                if decision is not None:
                    return decision
                await asyncio.sleep(random.uniform(0, min(PAUSE * 2**attempt, 0.5)))
        raise Unavailable("Too many ask for this at once. Try again in a moment.")

    async def forget(self, policy: RatePolicy, key: str) -> None:
        await self._session.compare_and_set((FORGET, _place(policy, key)))

    async def _try_to_take(self, policy: RatePolicy, key: str) -> RateDecision | None:
        """None if another process was faster."""
        place = _place(policy, key)
        found = await self._session.serial(GET, place)
        at, used_before, used = _counts(Windows.at(policy, self._clock.now()), found)
        decision = at.decide(used_before, used)
        if not decision.allowed:
            return decision
        counted = {"window": at.present, "used": used + 1, "used_before": used_before}
        row = place | counted | {"seconds": ceil(at.present + 2 * policy.window - at.now)}
        if found is None:
            applied = await self._session.compare_and_set((FIRST, row))
        else:
            before = {"found_window": found["window"], "found_used": found["used"]}
            applied = await self._session.compare_and_set((NEXT, row | before))
        return decision if applied else None


def _counts(at: Windows, found: Row | None) -> tuple[Windows, int, int]:
    """Where the request stands, what was used in the window before, and in the present one."""
    if found is None:
        return at, 0, 0
    if found["window"] > at.present:  # Another machine's clock is ahead.
        at = Windows(at.policy, float(found["window"]))
    if found["window"] == at.present:
        return at, found["used_before"], found["used"]
    return at, found["used"] if found["window"] == at.previous else 0, 0


def _place(policy: RatePolicy, key: str) -> dict[str, object]:
    return {"policy": policy.name, "key": sha256(key.encode("utf-8", "surrogatepass")).digest()}
