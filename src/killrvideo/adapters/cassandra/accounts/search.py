"""Accounts by age, and by a part of the name or the address.

Cassandra finds by the beginning of a text, not by its middle: so every end of a name and of an address is
kept. What thousands have in common (the ending of an address) would be a long list in no useful order; of
such a text, and of one of fewer than three letters, the newest accounts are looked through instead.
"""

import asyncio
from collections.abc import Iterable
from uuid import UUID
from zlib import crc32

from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.domain.accounts import Account
from killrvideo.domain.ids import AccountId

LANES = 16
HEAD = 3
"""Characters; a shorter text has no list of its own."""
PIECE = 24
COMMON = 200
"""Finds in one lane of one text, from which on it counts as common."""
NEWEST_FOR_COMMON = 64
NEWEST_FOR_SHORT = 625
"""Accounts of each lane that are looked through: some 1,000 and 10,000 together."""
LAST = "\U0010ffff"
"""Sorts behind every character."""

PUT_AGE = """
INSERT INTO accounts_by_age (lane, created_at, id, words) VALUES (:lane, :created_at, :id, :words)
USING TIMESTAMP :stamp
"""
DROP_AGE = """
DELETE FROM accounts_by_age USING TIMESTAMP :stamp
WHERE lane = :lane AND created_at = :created_at AND id = :id
"""
PUT_PIECE = """
INSERT INTO accounts_by_text (head, lane, piece, created_at, id)
VALUES (:head, :lane, :piece, :created_at, :id) USING TIMESTAMP :stamp
"""
DROP_PIECE = """
DELETE FROM accounts_by_text USING TIMESTAMP :stamp
WHERE head = :head AND lane = :lane AND piece = :piece AND created_at = :created_at AND id = :id
"""
NEWEST = "SELECT id, created_at, words FROM accounts_by_age WHERE lane = :lane LIMIT :many"
WITH_PIECE = """
SELECT id, created_at FROM accounts_by_text
WHERE head = :head AND lane = :lane AND piece >= :first AND piece < :last LIMIT :many
"""


def plan_search(plan: Plan, before: Account | None, after: Account) -> None:
    """Writes and deletes what differs; nobody finds an erased account."""
    place = {"lane": _lane(after.id), "created_at": after.created_at, "id": after.id}
    old, new = _words(before), _words(after)
    for piece in sorted(_pieces(old) - _pieces(new)):
        plan.write(DROP_PIECE, place | {"head": piece[:HEAD], "piece": piece})
    for piece in sorted(_pieces(new) - _pieces(old)):
        plan.write(PUT_PIECE, place | {"head": piece[:HEAD], "piece": piece})
    if not new:
        plan.write(DROP_AGE, place)
    elif new != old:
        plan.write(PUT_AGE, place | {"words": "\n".join(new)})


class AccountSearch:
    def __init__(self, session: CassandraSession) -> None:
        self._session = session

    async def newest(self, limit: int) -> list[AccountId]:
        """Newest first; one round trip, as are all of these."""
        return _newest_first(await self._newest(limit))[:limit]

    async def with_text(self, wanted: str) -> list[AccountId]:
        """Newest first; some may have lost the text since."""
        if len(wanted) < HEAD:
            return _newest_first(_having(wanted, await self._newest(NEWEST_FOR_SHORT)))
        lanes, newest = await asyncio.gather(self._with_piece(wanted), self._newest(NEWEST_FOR_COMMON))
        found = [row for lane in lanes for row in lane]
        if any(len(lane) == COMMON for lane in lanes):
            found += _having(wanted, newest)
        return _newest_first(found)

    async def _newest(self, many: int) -> list[Row]:
        asked = (self._session.rows(NEWEST, {"lane": lane, "many": many}) for lane in range(LANES))
        return [row for rows in await asyncio.gather(*asked) for row in rows]

    async def _with_piece(self, wanted: str) -> list[list[Row]]:
        first = wanted[:PIECE]
        piece = {"head": wanted[:HEAD], "first": first, "last": first + LAST, "many": COMMON}
        asked = (self._session.rows(WITH_PIECE, piece | {"lane": lane}) for lane in range(LANES))
        return await asyncio.gather(*asked)


def _newest_first(rows: Iterable[Row]) -> list[AccountId]:
    places = {(row["created_at"], row["id"].int) for row in rows}
    return [AccountId(UUID(int=number)) for _, number in sorted(places, reverse=True)]


def _having(wanted: str, rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if wanted in row["words"]]


def _words(account: Account | None) -> tuple[str, ...]:
    return () if account is None or account.is_erased else account.found_by


def _pieces(words: Iterable[str]) -> set[str]:
    return {word[at : at + PIECE] for word in words for at in range(len(word) - HEAD + 1)}


def _lane(account_id: AccountId) -> int:
    return crc32(account_id.bytes) % LANES
