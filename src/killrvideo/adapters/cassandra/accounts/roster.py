"""Who can moderate: a roster, every change of which passes one guard, so that nobody empties it unseen."""

from dataclasses import dataclass

from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.domain.access import Role
from killrvideo.domain.accounts import Account
from killrvideo.domain.ids import AccountId

NAME = "moderators"
GUARD = "roster:moderators"
GET = "SELECT account_id, version FROM roster WHERE name = :name"
JOIN = """
INSERT INTO roster (name, account_id, version) VALUES (:name, :account_id, :version) USING TIMESTAMP :stamp
"""
LEAVE = "DELETE FROM roster USING TIMESTAMP :stamp WHERE name = :name AND account_id = :account_id"
PUT_VERSION = "UPDATE roster USING TIMESTAMP :stamp SET version = :version WHERE name = :name"


@dataclass(frozen=True, slots=True)
class Roster:
    version: int
    members: frozenset[AccountId]


def belongs(account: Account | None) -> bool:
    """Whether the account is open and can moderate."""
    return account is not None and account.is_open and Role.MODERATOR in account.all_roles


async def planned_roster(session: CassandraSession, plan: Plan) -> Roster:
    """As the plan leaves it so far."""
    if GUARD not in plan.known:
        rows = await session.all_rows(GET, {"name": NAME})
        # Without members there is still a row for the version.
        members = frozenset(AccountId(row["account_id"]) for row in rows if row["account_id"] is not None)
        plan.known[GUARD] = Roster(rows[0]["version"] if rows else 0, members)
    roster = plan.known[GUARD]
    assert isinstance(roster, Roster)  # noqa: S101 - only this file plans it
    return roster


async def plan_roster(session: CassandraSession, plan: Plan, before: Account | None, after: Account) -> None:
    """The account joins, leaves, or neither. Where another was faster the whole unit is planned again."""
    if belongs(before) == belongs(after):
        return
    roster = await planned_roster(session, plan)
    plan.advance(GUARD, roster.version, None)
    row = {"name": NAME, "account_id": after.id, "version": roster.version + 1}
    if belongs(after):
        members = roster.members | {after.id}
        plan.conclude(JOIN, row)
    else:
        members = roster.members - {after.id}
        plan.conclude(LEAVE, row)
        plan.conclude(PUT_VERSION, row)
    plan.known[GUARD] = Roster(roster.version + 1, members)
