"""Rows that belong to what one account does: nothing of them outlives the account's erasure."""

from killrvideo.adapters.cassandra.accounts.rows import planned_account
from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Value
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.domain.ids import AccountId

FOR_GOOD = 60_000_000
"""Microseconds from now that a partition is dropped for: whoever saw the account before it was erased has
written by then, or given up.
"""


async def is_open(session: CassandraSession, plan: Plan, account_id: AccountId) -> bool:
    """Whether there is such an account, and it was not erased."""
    account = await planned_account(session, plan, account_id)
    return account is not None and not account.is_erased


def drop_for_good(plan: Plan, cql: str, key: dict[str, Value]) -> None:
    """Plans to delete a partition, together with what is being written to it meanwhile.

    ``cql`` ends its deletion ``USING TIMESTAMP :later``.
    """
    plan.write(cql, {**key, "later": lambda stamp: stamp + FOR_GOOD})
