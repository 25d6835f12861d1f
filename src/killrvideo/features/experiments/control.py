"""Making, starting, ramping and stopping experiments, and reporting on them: for whoever may do so."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from killrvideo.domain.access import Caller
from killrvideo.domain.errors import ExperimentExists, ExperimentNotFound, StaleVersion, Unavailable
from killrvideo.domain.events import ExperimentChanged
from killrvideo.domain.experiment_reports import Report, report_of
from killrvideo.domain.experiments import DECLARED, Experiment, ExperimentChange, checked, with_declared
from killrvideo.domain.moderation import AuditAction, AuditEntry
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.experiments import Experiments
from killrvideo.service_interfaces.storage import Storage, until_fresh
from killrvideo.service_interfaces.units import UnitOfWork

AS_DECLARED = {experiment.key: experiment for experiment in DECLARED}


class ExperimentControl:
    """Asks for no permission: an operator at the command line needs none; `ExperimentDesk` asks callers."""

    def __init__(self, storage: Storage, clock: Clock, ids: IdSource, experiments: Experiments) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._experiments = experiments

    async def all(self) -> Sequence[Experiment]:
        """Those that come with KillrVideo too, by their keys."""
        return [*with_declared(await self._storage.experiments.all()).values()]

    async def get(self, key: str) -> Experiment:
        """Raises ExperimentNotFound."""
        found = await self._storage.experiments.get(key) or AS_DECLARED.get(key)
        if found is None:
            raise ExperimentNotFound(f"There is no experiment '{key}'.")
        return found

    async def create(self, caller: Caller, new: Experiment) -> Experiment:
        """The new draft. Raises InvalidExperiment, ExperimentExists."""

        async def attempt() -> Experiment:
            experiment = checked(replace(new, changed_at=self._clock.now()))
            if experiment.key in AS_DECLARED or await self._storage.experiments.get(experiment.key):
                raise ExperimentExists(f"There is an experiment '{experiment.key}' already.")
            work = self._storage.begin("experiments.create", caller.origin)
            work.made(experiment.id)
            self._storage.experiments.add(work, experiment)
            await self._commit(work, caller, experiment)
            return experiment

        return await until_fresh(new.key, attempt)

    async def change(
        self, caller: Caller, key: str, change: ExperimentChange, *, expected_version: int | None = None
    ) -> Experiment:
        """The changed experiment, by which every process serves within a second, and this one at once.

        Raises ExperimentNotFound, ExperimentTransition, ExperimentFixed, InvalidExperiment, StaleVersion.
        """

        async def attempt() -> Experiment:
            stored = await self._storage.experiments.get(key)
            experiment = stored or await self.get(key)
            if expected_version not in {None, experiment.version}:
                raise StaleVersion(f"The experiment is at version {experiment.version} now; read it again.")
            changed = experiment.changed(change, self._clock.now())
            if changed is experiment:
                return experiment
            work = self._storage.begin("experiments.change", caller.origin)
            keep = self._storage.experiments.replace if stored else self._storage.experiments.add
            keep(work, changed)
            await self._commit(work, caller, changed)
            return changed

        return await (attempt() if expected_version is not None else until_fresh(key, attempt))

    async def report(self, key: str) -> Report:
        """What the present round shows. Raises ExperimentNotFound."""
        experiment = await self.get(key)
        return report_of(experiment, await self._storage.experiments.counts(experiment))

    async def _commit(self, work: UnitOfWork, caller: Caller, experiment: Experiment) -> None:
        entry = AuditEntry.by(
            caller,
            self._ids.new(),
            self._clock.now(),
            AuditAction.EXPERIMENT_CHANGED,
            "experiment",
            experiment.id,
            key=experiment.key,
            state=experiment.state,
            percent=f"{experiment.percent:g}",
            round=str(experiment.round),
            version=str(experiment.version),
        )
        self._storage.audit.add(work, entry)
        work.publish(
            ExperimentChanged(
                experiment_id=experiment.id,
                key=experiment.key,
                state=experiment.state,
                version=experiment.version,
            )
        )
        await work.commit()
        with suppress(Unavailable):  # It is done; other ways bring it into memory.
            await self._experiments.refresh()
