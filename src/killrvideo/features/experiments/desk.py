"""Experiments for callers: who reads them, and who runs them."""

from collections.abc import Sequence

from killrvideo.domain.access import Caller, Scope
from killrvideo.domain.experiment_reports import Report
from killrvideo.domain.experiments import Experiment, ExperimentChange
from killrvideo.features.experiments.control import ExperimentControl


class ExperimentDesk:
    """Every verb raises NotSignedIn and MissingScope, and what that of `ExperimentControl` raises."""

    def __init__(self, control: ExperimentControl) -> None:
        self._control = control

    async def all(self, caller: Caller) -> Sequence[Experiment]:
        caller.require(Scope.ANALYTICS_READ)
        return await self._control.all()

    async def get(self, caller: Caller, key: str) -> Experiment:
        caller.require(Scope.ANALYTICS_READ)
        return await self._control.get(key)

    async def report(self, caller: Caller, key: str) -> Report:
        caller.require(Scope.ANALYTICS_READ)
        return await self._control.report(key)

    async def create(self, caller: Caller, new: Experiment) -> Experiment:
        caller.require(Scope.OPERATE)
        return await self._control.create(caller, new)

    async def change(
        self, caller: Caller, key: str, change: ExperimentChange, *, expected_version: int | None = None
    ) -> Experiment:
        caller.require(Scope.OPERATE)
        return await self._control.change(caller, key, change, expected_version=expected_version)
