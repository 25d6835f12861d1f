"""Orders to hide or show all that an account made: a row each, and the job that carries the last one out.

Whoever has carried an order out passes its guard once more, in the unit that ends the job: so an order that
comes at that moment either is seen by the job, or sees that the job has ended and brings another one.
"""

from dataclasses import replace

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import Row
from killrvideo.adapters.cassandra.jobs.jobs import CassandraJobQueue
from killrvideo.adapters.cassandra.units.plan import Plan, Refusing
from killrvideo.adapters.cassandra.units.units import Foundation, planned
from killrvideo.domain.errors import StaleVersion
from killrvideo.domain.ids import AccountId
from killrvideo.domain.jobs import Job, JobKind
from killrvideo.domain.removals import ContentOrder
from killrvideo.service_interfaces.units import UnitOfWork

GET = """
SELECT account_id, hidden, by_account, at, reason, version FROM content_orders WHERE account_id = :account_id
"""
PUT = """
INSERT INTO content_orders (account_id, hidden, by_account, at, reason, version)
VALUES (:account_id, :hidden, :by_account, :at, :reason, :version) USING TIMESTAMP :stamp
"""


def order_guard(account_id: AccountId) -> str:
    """The guard of its version; and where a plan knows the order by, as `ContentOrder`, or None."""
    return f"content:{account_id.hex}"


class ContentOrders:
    def __init__(self, on: Foundation, jobs: CassandraJobQueue) -> None:
        self._on = on
        self._jobs = jobs

    async def get(self, account_id: AccountId) -> ContentOrder | None:
        row = await self._on.session.row(GET, {"account_id": account_id})
        return None if row is None else _order(row)

    def give(self, work: UnitOfWork, order: ContentOrder) -> None:
        """In place of an earlier one. A job that waits for that is brought forward."""
        job_id = self._on.ids.new()

        async def plan_it(plan: Plan) -> None:
            before = await self._planned(plan, order.account_id)
            _put(plan, replace(order, version=0 if before is None else before.version), None)
            now, kind = self._on.clock.now(), JobKind.ACCOUNT_CONTENT
            job = Job.new(job_id, kind, order.account_id, now, work.origin)
            await self._jobs.plan_at_once(plan, job)

        planned(work).plan(plan_it)

    def carried_out(self, work: UnitOfWork, order: ContentOrder) -> None:
        async def plan_it(plan: Plan) -> None:
            before = await self._planned(plan, order.account_id)
            if before is None or before.version != order.version:
                raise StaleVersion
            _put(plan, order, StaleVersion)

        planned(work).plan(plan_it)

    async def _planned(self, plan: Plan, account_id: AccountId) -> ContentOrder | None:
        """The last order as the plan leaves it so far."""
        key = order_guard(account_id)
        if key not in plan.known:
            plan.known[key] = await self.get(account_id)
        order = plan.known[key]
        assert order is None or isinstance(order, ContentOrder)  # noqa: S101 - nobody else plans it
        return order


def _order(row: Row) -> ContentOrder:
    return ContentOrder(
        account_id=AccountId(row["account_id"]),
        hidden=row["hidden"],
        by=None if row["by_account"] is None else AccountId(row["by_account"]),
        at=aware(row["at"]),
        reason=row["reason"],
        version=row["version"],
    )


def _put(plan: Plan, present: ContentOrder, refusing: Refusing | None) -> None:
    """As the version that follows the present one."""
    key, version = order_guard(present.account_id), present.version + 1
    plan.advance(key, present.version, refusing)
    plan.known[key] = replace(present, version=version)
    row = {
        "account_id": present.account_id,
        "hidden": present.hidden,
        "by_account": present.by,
        "at": present.at,
        "reason": present.reason,
        "version": version,
    }
    plan.conclude(PUT, row)
