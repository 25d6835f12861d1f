"""Rate limits that all processes of one store share."""

from datetime import datetime

import apsw

from killrvideo.adapters.limits import Windows
from killrvideo.adapters.sqlite import pieces
from killrvideo.adapters.sqlite.database import Database
from killrvideo.domain.instants import to_millis
from killrvideo.domain.limits import RateDecision, RatePolicy
from killrvideo.service_interfaces.clock import Clock

USED = "SELECT window, used FROM rate_windows WHERE policy = ? AND key = ? AND window IN (?, ?)"
USE = """
INSERT INTO rate_windows (policy, key, window, used) VALUES (?, ?, ?, 1)
ON CONFLICT DO UPDATE SET used = used + 1
"""
FORGET = "DELETE FROM rate_windows WHERE policy = ? AND key = ?"
PURGE = """
DELETE FROM rate_windows WHERE (policy, key, window) IN (
  SELECT policy, key, window FROM rate_windows WHERE window < ? LIMIT ?
)
"""


class SqliteRateLimiter:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def take(self, policy: RatePolicy, key: str) -> RateDecision:
        at = Windows.at(policy, self._clock.now())

        def change(connection: apsw.Connection) -> RateDecision:
            found = connection.execute(USED, (policy.name, key, at.previous, at.present))
            used: dict[int, int] = dict(found)
            decision = at.decide(used.get(at.previous, 0), used.get(at.present, 0))
            if decision.allowed:
                connection.execute(USE, (policy.name, key, at.present))
            return decision

        return await self._database.write(change, name="limits.take")

    async def forget(self, policy: RatePolicy, key: str) -> None:
        def change(connection: apsw.Connection) -> None:
            connection.execute(FORGET, (policy.name, key))

        await self._database.write(change, name="limits.forget")

    async def purge(self, before: datetime) -> int:
        """Drops windows that began before the instant; how many there were."""

        return await pieces.drop(self._database, PURGE, (to_millis(before) // 1000,), name="limits.purge")
