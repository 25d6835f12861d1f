"""What is worth carrying."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime

from killrvideo.domain.activity import Activity
from killrvideo.service_interfaces.moving import Holding, HoldingKind, Inventory


class Lasting:
    """An inventory without activity that is to be purged anyway: not every store would take it."""

    def __init__(self, inventory: Inventory, since: datetime) -> None:
        self._inventory = inventory
        self._since = since

    async def count(self, kind: HoldingKind) -> int | None:
        """About how many there are."""
        return await self._inventory.count(kind)

    async def rows(self, kind: HoldingKind) -> AsyncGenerator[Sequence[Holding], None]:
        async with aclosing(self._inventory.rows(kind)) as rows:
            async for piece in rows:
                yield [row for row in piece if not (isinstance(row, Activity) and row.at < self._since)]
