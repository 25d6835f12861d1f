"""How far something that all processes go on with has come."""

from killrvideo.adapters.cassandra.cluster.session import CassandraSession

GET = "SELECT value FROM marks WHERE name = :name"
FIRST = "UPDATE marks SET value = :value WHERE name = :name IF value = null"
MOVE = "UPDATE marks SET value = :value WHERE name = :name IF value = :before"


class Marks:
    def __init__(self, session: CassandraSession) -> None:
        self._session = session

    async def find(self, name: str) -> int | None:
        """Where it stands; None if it was never set."""
        found = await self._session.serial(GET, {"name": name})
        return None if found is None else int(found["value"])

    async def get(self, name: str, first: int) -> int:
        """Where it stands; at ``first`` if it was never set, and from then on."""
        found = await self.find(name)
        if found is not None:
            return found
        if await self._session.compare_and_set((FIRST, {"name": name, "value": first})):
            return first
        return await self.get(name, first)

    async def move(self, name: str, before: int, value: int) -> bool:
        """Whether it stood where the caller thinks; if not, another process has moved it."""
        return await self._session.compare_and_set((MOVE, {"name": name, "value": value, "before": before}))
