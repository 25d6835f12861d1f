"""The audit trail in Cassandra: rows that are only added, and a list for whatever a reader filters by first.

Totals are exact while nothing but an action is chosen; else they stop counting at a thousand, and say so.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any
from uuid import UUID

import orjson

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import Row
from killrvideo.adapters.cassandra.lists.paging import (
    TOP,
    Place,
    in_time,
    page_in_time,
    place_in_time,
    rows_for,
    uuid_order,
)
from killrvideo.adapters.cassandra.lists.tables import ListTable
from killrvideo.adapters.cassandra.lists.time_buckets import BucketedList, day_of
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import Foundation, planned
from killrvideo.domain.ids import AccountId, AuditId
from killrvideo.domain.moderation import AuditAction, AuditEntry, AuditFilter
from killrvideo.domain.paging import COUNTED_AT_MOST, Page, PageRequest
from killrvideo.service_interfaces.units import UnitOfWork

SELECT = "SELECT id, at, actor_id, action, target_type, target_id, detail, correlation_id FROM audit"
GET = f"{SELECT} WHERE id = :id"
PUT = """
INSERT INTO audit (id, at, actor_id, action, target_type, target_id, detail, correlation_id)
VALUES (:id, :at, :actor_id, :action, :target_type, :target_id, :detail, :correlation_id)
USING TIMESTAMP :stamp
"""
BY_AGE = ListTable("audit_by_age", ("list", "day", "at", "id"))
BY_ACTOR = ListTable("audit_by_actor", ("actor_id", "list", "at", "id"))
OF_TARGET = ListTable("audit_of_target", ("target_id", "at", "id"), ("action", "actor_id"))
READ_BY_AGE = """
SELECT at, id FROM audit_by_age
WHERE list = :list AND day = :bucket AND (at, id) < (:at, :id) LIMIT :count
"""
READ_BY_ACTOR = """
SELECT at, id FROM audit_by_actor
WHERE actor_id = :actor_id AND list = :list AND (at, id) < (:at, :id) LIMIT :count
"""
READ_OF_TARGET = "SELECT at, id, action, actor_id FROM audit_of_target WHERE target_id = :target_id"
ALL = "all"
NO_ID = UUID(int=0)
"""Sorts before every id."""


class CassandraAuditStore:
    def __init__(self, on: Foundation) -> None:
        self._session = on.session
        self._tallies = on.tallies
        self._lists = {
            list_: BucketedList(on.session, _subject(list_), READ_BY_AGE, key={"list": list_})
            for list_ in (ALL, *AuditAction)
        }

    async def page(self, chosen: AuditFilter, wanted: PageRequest) -> Page[AuditEntry]:
        start = min(place_in_time(wanted), _top(chosen), key=_order)
        rows, (total, is_capped) = await asyncio.gather(
            self._behind(chosen, start, rows_for(wanted)), self._total(chosen)
        )
        listed = page_in_time(rows, total, wanted)
        found = await asyncio.gather(*(self._session.row(GET, {"id": row["id"]}) for row in listed.items))
        entries = tuple(entry_of(row) for row in found if row is not None)
        return Page(entries, listed.total, listed.next, is_capped)

    def add(self, work: UnitOfWork, entry: AuditEntry) -> None:
        async def plan_it(plan: Plan) -> None:
            plan.write(PUT, _row(entry))
            place = {"at": entry.at, "id": entry.id}
            of_target = {"target_id": entry.target_id, "action": entry.action.value}
            plan.write(OF_TARGET.put, {**place, **of_target, "actor_id": entry.actor_id})
            for list_ in (ALL, entry.action.value):
                plan.write(BY_AGE.put, {**place, "list": list_, "day": day_of(entry.at)})
                self._lists[list_].note(plan, entry.at)
                plan.tally(_subject(list_), entry.id.hex, videos=1)
                if entry.actor_id is not None:
                    plan.write(BY_ACTOR.put, {**place, "list": list_, "actor_id": entry.actor_id})

        planned(work).plan(plan_it)

    async def _total(self, chosen: AuditFilter) -> tuple[int, bool]:
        """How many there are, and whether that is where counting stopped."""
        if chosen == AuditFilter(action=chosen.action):
            return (await self._tallies.of(_subject(_list(chosen)))).videos, False
        found = len(await self._behind(chosen, _top(chosen), COUNTED_AT_MOST + 1))
        return min(found, COUNTED_AT_MOST), found > COUNTED_AT_MOST

    async def _behind(self, chosen: AuditFilter, place: Place, count: int) -> Sequence[Row]:
        """The first rows behind the place that are chosen."""
        if chosen.target_id is not None:
            rows = await self._of_target(chosen, place)
        elif chosen.actor_id is not None:
            rows = await self._by_actor(chosen, place, count)
        else:
            rows = await self._lists[_list(chosen)].behind(place, count)
        since = chosen.since or datetime.min.replace(tzinfo=UTC)
        return [*takewhile(lambda row: aware(row["at"]) >= since, rows)][:count]

    async def _by_actor(self, chosen: AuditFilter, place: Place, count: int) -> list[Row]:
        at, id_ = place
        key = {"actor_id": chosen.actor_id, "list": _list(chosen)}
        params = {**key, "at": at, "id": id_, "count": count}
        return (await self._session.page(READ_BY_ACTOR, params, fetch=count)).rows

    async def _of_target(self, chosen: AuditFilter, place: Place) -> list[Row]:
        """The whole trail of a thing is short."""
        rows = await self._session.all_rows(READ_OF_TARGET, {"target_id": chosen.target_id})
        return [
            row
            for row in rows
            if chosen.action in {None, row["action"]}
            and chosen.actor_id in {None, row["actor_id"]}
            and in_time(row) < _order(place)
        ]


def entry_of(row: Row) -> AuditEntry:
    return AuditEntry(
        id=AuditId(row["id"]),
        at=aware(row["at"]),
        actor_id=None if row["actor_id"] is None else AccountId(row["actor_id"]),
        action=AuditAction(row["action"]),
        target_type=row["target_type"],
        target_id=row["target_id"],
        detail=orjson.loads(row["detail"]),
        correlation_id=row["correlation_id"],
    )


def _row(entry: AuditEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": entry.at,
        "actor_id": entry.actor_id,
        "action": entry.action.value,
        "target_type": entry.target_type,
        "target_id": entry.target_id,
        "detail": orjson.dumps(entry.detail).decode(),
        "correlation_id": entry.correlation_id,
    }


def _list(chosen: AuditFilter) -> str:
    return ALL if chosen.action is None else chosen.action.value


def _subject(list_: str) -> str:
    """What entries are tallied for, and the name of their list."""
    return f"audit: {list_}"


def _top(chosen: AuditFilter) -> Place:
    """Behind which all that is chosen stands."""
    return TOP if chosen.until is None else (chosen.until, NO_ID)


def _order(place: Place) -> tuple[datetime, tuple[int, int]]:
    """As the rows are sorted, whose instants have no time zone."""
    at, id_ = place
    return at.replace(tzinfo=None), uuid_order(id_)
