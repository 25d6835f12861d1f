"""Who serves a lane of a group, by compare-and-set."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from killrvideo.adapters.cassandra.cluster.session import CassandraSession

ASKED_AGAIN = timedelta(seconds=5)
"""After which a holder that was refused may be told of a lane that was given back."""

LEASED = "SELECT holder, lease_until FROM outbox_leases WHERE group_name = :group AND lane = :lane"
LEASE = """
UPDATE outbox_leases SET holder = :holder, lease_until = :until WHERE group_name = :group AND lane = :lane
IF holder = :before AND lease_until = :ended
"""


class LaneLeases:
    def __init__(self, session: CassandraSession, changed: Callable[[str, int], None]) -> None:
        """``changed`` is told each group and lane that a holder has gained or lost: another process may
        handle what this one has read, or may have.
        """
        self._session = session
        self._changed = changed
        self._held: set[tuple[str, int, str]] = set()
        self._refused: dict[tuple[str, int, str], datetime] = {}
        """Until when a holder need not ask again."""

    async def take(self, group: str, lane: int, holder: str, now: datetime, until: datetime) -> bool:
        if now < self._refused.get((group, lane, holder), now):
            return False
        place = {"group": group, "lane": lane}
        found = await self._session.serial(LEASED, place) or {"holder": None, "lease_until": None}
        present, ends = found["holder"], found["lease_until"]
        if present not in {None, holder} and ends is not None and ends.replace(tzinfo=UTC) > now:
            self._refused[group, lane, holder] = min(ends.replace(tzinfo=UTC), now + ASKED_AGAIN)
            return self._lost(group, lane, holder)
        change = {**place, "holder": holder, "until": until, "before": present, "ended": ends}
        if not await self._session.compare_and_set((LEASE, change)):
            return self._lost(group, lane, holder)
        if present != holder or (group, lane, holder) not in self._held:
            self._gained(group, lane, holder)
        if until <= now:
            self._forget_refusals(group, lane)
        return True

    async def holds(self, group: str, lane: int, holder: str) -> bool:
        found = await self._session.serial(LEASED, {"group": group, "lane": lane})
        return (found is not None and found["holder"] == holder) or self._lost(group, lane, holder)

    def _gained(self, group: str, lane: int, holder: str) -> None:
        self._held.add((group, lane, holder))
        self._changed(group, lane)

    def _lost(self, group: str, lane: int, holder: str) -> bool:
        self._held.discard((group, lane, holder))
        self._changed(group, lane)
        return False

    def _forget_refusals(self, group: str, lane: int) -> None:
        for refused in [each for each in self._refused if each[:2] == (group, lane)]:
            del self._refused[refused]
