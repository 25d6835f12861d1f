"""Removals as Cassandra keeps them, and what a unit of work plans with those of one thing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row, Value
from killrvideo.adapters.cassandra.lists.tables import ListTable
from killrvideo.adapters.cassandra.lists.time_buckets import BucketedList, day_of
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.domain.ids import AccountId
from killrvideo.domain.removals import Cause, ContentType, Removal

ALL = "all"
"""The list of every type; the others are called as their type."""
BY_AGE = ListTable("removals_by_age", ("list", "day", "at", "content_id", "content_type", "cause"))

SELECT = "SELECT content_type, content_id, cause, by_account, at, reason FROM removals"
OF = f"{SELECT} WHERE content_type = :content_type AND content_id = :content_id"
ONE = f"{OF} AND cause = :cause"
PUT = """
INSERT INTO removals (content_type, content_id, cause, by_account, at, reason)
VALUES (:content_type, :content_id, :cause, :by_account, :at, :reason) USING TIMESTAMP :stamp
"""
DROP = """
DELETE FROM removals USING TIMESTAMP :stamp
WHERE content_type = :content_type AND content_id = :content_id AND cause = :cause
"""


def removals_subject(list_: str) -> str:
    """What removals are tallied for."""
    return "removals" if list_ == ALL else f"removals:{list_}"


@dataclass(slots=True)
class ThingRemovals:
    """What hides one thing, as the plan leaves it."""

    causes: dict[Cause, Removal]

    @property
    def since(self) -> datetime | None:
        """When the first of them came."""
        return min((removal.at for removal in self.causes.values()), default=None)

    def add(self, plan: Plan, lists: Mapping[str, BucketedList], removal: Removal) -> None:
        """Plans to keep the removal, unless there is one of the same cause."""
        if removal.cause in self.causes:
            return
        self.causes[removal.cause] = removal
        plan.write(PUT, _row(removal))
        for list_ in _lists_of(removal):
            plan.write(BY_AGE.put, _place(list_, removal))
            lists[list_].note(plan, removal.at)
        _count(plan, removal, 1)

    def lift(self, plan: Plan, cause: Cause) -> None:
        removal = self.causes.pop(cause, None)
        if removal is None:
            return
        plan.write(DROP, _key(removal))
        for list_ in _lists_of(removal):
            plan.write(BY_AGE.drop, _place(list_, removal))
        _count(plan, removal, -1)


async def planned_removals(
    session: CassandraSession, plan: Plan, content_type: ContentType, content_id: UUID
) -> ThingRemovals:
    """As the plan leaves them so far."""
    key = f"removals:{content_type}:{content_id.hex}"
    known = plan.known.get(key)
    if isinstance(known, ThingRemovals):
        return known
    rows = await session.rows(OF, {"content_type": content_type.value, "content_id": content_id})
    removals = [removal_of(row) for row in rows]
    plan.known[key] = found = ThingRemovals({removal.cause: removal for removal in removals})
    return found


async def forget_removals(
    session: CassandraSession, plan: Plan, content_type: ContentType, content_id: UUID
) -> None:
    """Plans to drop what hides a thing that is purged."""
    stored = await planned_removals(session, plan, content_type, content_id)
    for cause in list(stored.causes):
        stored.lift(plan, cause)


def removal_of(row: Row) -> Removal:
    return Removal(
        content_type=ContentType(row["content_type"]),
        content_id=row["content_id"],
        cause=Cause(row["cause"]),
        by=None if row["by_account"] is None else AccountId(row["by_account"]),
        at=aware(row["at"]),
        reason=row["reason"],
    )


def _lists_of(removal: Removal) -> tuple[str, str]:
    return ALL, removal.content_type.value


def _key(removal: Removal) -> dict[str, Value]:
    return {
        "content_type": removal.content_type.value,
        "content_id": removal.content_id,
        "cause": removal.cause.value,
    }


def _row(removal: Removal) -> dict[str, Value]:
    return {**_key(removal), "by_account": removal.by, "at": removal.at, "reason": removal.reason}


def _place(list_: str, removal: Removal) -> dict[str, Value]:
    return {"list": list_, "day": day_of(removal.at), "at": removal.at, **_key(removal)}


def _count(plan: Plan, removal: Removal, amount: int) -> None:
    # A removal can come and go often, also within a plan: each change counts for itself.
    change = f"{plan.unit.hex}:{len(plan.tallied)}"
    for list_ in _lists_of(removal):
        plan.tally(removals_subject(list_), change, videos=amount)
