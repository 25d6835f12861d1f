"""Which events a reader of the outbox has handed out: the ids of the last ones, of older ones how many."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from uuid import UUID

IDS_MOST = 20_000
"""Kept in memory, about 3 MB; more where the last few minutes alone have more."""
MINUTES_LEAST = 3

Recall = Callable[[int], Awaitable[set[UUID]]]
"""The events of a minute that are done with, for who has forgotten; the set is the caller's to change."""


class SeenEvents:
    def __init__(self, recall: Recall) -> None:
        self._recall = recall
        self._ids: OrderedDict[int, set[UUID]] = OrderedDict()
        self._counts: dict[int, int] = {}
        """Of minutes whose ids are forgotten."""

    async def of(self, minute: int) -> set[UUID]:
        if minute not in self._ids:
            self._ids[minute] = await self._recall(minute)
            self._counts.pop(minute, None)
        self._ids.move_to_end(minute)
        ids = self._ids[minute]
        self._forget_ids()
        return ids

    async def count(self, minute: int) -> int:
        if minute in self._counts:
            return self._counts[minute]
        return len(await self.of(minute))

    def add(self, minute: int, ids: Iterable[UUID]) -> None:
        self._ids.setdefault(minute, set()).update(ids)
        self._forget_ids()

    def forget_before(self, minute: int) -> None:
        for kept in (self._ids, self._counts):
            for old in [each for each in kept if each < minute]:
                kept.pop(old)

    def _forget_ids(self) -> None:
        number = sum(map(len, self._ids.values()))
        while number > IDS_MOST and len(self._ids) > MINUTES_LEAST:
            minute, ids = self._ids.popitem(last=False)
            self._counts[minute] = len(ids)
            number -= len(ids)
