"""Experiments and exposures in Cassandra: guarded rows, and people tallied by arm."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from killrvideo.adapters.cassandra.accounts.owned_rows import drop_for_good
from killrvideo.adapters.cassandra.accounts.rows import planned_account
from killrvideo.adapters.cassandra.experiments.rows import (
    PEOPLE,
    PUT_EXPERIMENT,
    PUT_EXPOSURE,
    SELECT_EXPERIMENTS,
    SELECT_EXPOSURES,
    arm_subject,
    experiment_guard,
    experiment_of,
    experiment_row,
    exposure_guard,
    exposure_of,
    exposure_row,
    plan_exposure,
)
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import Foundation, planned
from killrvideo.domain.errors import AlreadyExposed, StaleVersion
from killrvideo.domain.experiments import Experiment, Measure
from killrvideo.domain.exposures import ArmCounts, Exposure
from killrvideo.domain.ids import AccountId
from killrvideo.service_interfaces.units import UnitOfWork

ALL = f"{SELECT_EXPERIMENTS} WHERE house = 'this'"
GET = f"{ALL} AND key = :key"
EXPOSURES_OF = f"{SELECT_EXPOSURES} WHERE account_id = :account_id"
EXPOSURE = f"{EXPOSURES_OF} AND experiment = :experiment AND round = :round"
FORGET = "DELETE FROM exposures USING TIMESTAMP :later WHERE account_id = :account_id"


class CassandraExperimentStore:
    def __init__(self, on: Foundation) -> None:
        self._session = on.session
        self._tallies = on.tallies
        self._ids = on.ids
        on.erasing.append(self._forget)

    async def get(self, key: str) -> Experiment | None:
        row = await self._session.row(GET, {"key": key})
        return None if row is None else experiment_of(row)

    async def all(self) -> Sequence[Experiment]:
        return [experiment_of(row) for row in await self._session.all_rows(ALL)]

    def add(self, work: UnitOfWork, experiment: Experiment) -> None:
        async def plan_it(plan: Plan) -> None:
            following = experiment.version
            plan.advance(experiment_guard(experiment.key), 0, StaleVersion, following=following)
            plan.conclude(PUT_EXPERIMENT, experiment_row(experiment))

        planned(work).plan(plan_it)

    def replace(self, work: UnitOfWork, experiment: Experiment) -> None:
        async def plan_it(plan: Plan) -> None:
            plan.advance(experiment_guard(experiment.key), experiment.version - 1, StaleVersion)
            plan.conclude(PUT_EXPERIMENT, experiment_row(experiment))

        planned(work).plan(plan_it)

    async def exposures_of(self, account_id: AccountId) -> Sequence[Exposure]:
        rows = await self._session.all_rows(EXPOSURES_OF, {"account_id": account_id})
        return [exposure_of(row) for row in rows]

    def expose(self, work: UnitOfWork, exposure: Exposure) -> None:
        async def plan_it(plan: Plan) -> None:
            account = await planned_account(self._session, plan, exposure.account_id)
            # One that nobody knows is what an erased account left in the house that this comes from.
            if (account is not None and account.is_erased) or await self._present(exposure) is not None:
                raise AlreadyExposed
            plan.advance(exposure_guard(exposure), 0, AlreadyExposed, following=exposure.version)
            plan_exposure(plan, None, exposure)

        planned(work).plan(plan_it)

    def replace_exposure(self, work: UnitOfWork, exposure: Exposure) -> None:
        async def plan_it(plan: Plan) -> None:
            before = await self._present(exposure)
            if before is None or before.version != exposure.version - 1:
                raise StaleVersion
            plan.advance(exposure_guard(exposure), before.version, StaleVersion)
            plan_exposure(plan, before, exposure)

        planned(work).plan(plan_it)

    async def counts(self, experiment: Experiment) -> Mapping[str, ArmCounts]:
        """One round trip."""
        names = [arm.name for arm in experiment.arms]
        asked = [(name, what) for name in names for what in (PEOPLE, *Measure)]
        found = await self._tallies.of_each(
            arm_subject(experiment.key, experiment.round, name, what) for name, what in asked
        )
        people = {each: amounts.videos for each, amounts in zip(asked, found, strict=True)}
        return {
            name: ArmCounts(
                people=people[name, PEOPLE],
                viewed=people[name, Measure.VIEW],
                liked=people[name, Measure.LIKE],
                disliked=people[name, Measure.DISLIKE],
            )
            for name in names
        }

    async def _present(self, exposure: Exposure) -> Exposure | None:
        place = {
            "account_id": exposure.account_id,
            "experiment": exposure.experiment,
            "round": exposure.round,
        }
        row = await self._session.row(EXPOSURE, place)
        return None if row is None else exposure_of(row)

    async def _forget(self, plan: Plan, account_id: AccountId) -> None:
        """The rows stay, under numbers that stand for nobody."""
        for exposure in await self.exposures_of(account_id):
            nameless = replace(exposure, account_id=AccountId(self._ids.new()))
            plan.write(PUT_EXPOSURE, exposure_row(nameless))
        drop_for_good(plan, FORGET, {"account_id": account_id})
