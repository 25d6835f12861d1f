"""Experiments, and people who met them."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from killrvideo.domain.accounts import Account
from killrvideo.domain.experiments import Arm, Experiment, ExperimentState
from killrvideo.domain.exposures import Exposure
from killrvideo.service_interfaces.storage import Storage
from tests.builders.keeping import ORIGIN
from tests.holding_still import START

OLD, NEW = Arm("old"), Arm("new")
EVERYBODY = 10_000
"""The share in which all take part."""


def an_experiment(**changes: Any) -> Experiment:
    """One that everybody takes part in."""
    experiment = Experiment(
        key="colour",
        description="Is a green button pressed more often?",
        arms=(OLD, NEW),
        share=EVERYBODY,
        state=ExperimentState.RUNNING,
        started_at=START,
        changed_at=START,
        version=2,
    )
    return replace(experiment, **changes)


def an_exposure(account: Account, experiment: Experiment | None = None, **changes: Any) -> Exposure:
    experiment = experiment or an_experiment()
    exposure = Exposure(
        experiment=experiment.key,
        round=experiment.round,
        account_id=account.id,
        arm=experiment.dealt(account.id),
        at=START,
    )
    return replace(exposure, **changes)


async def keep_experiment(storage: Storage, *experiments: Experiment) -> None:
    work = storage.begin("tests.experiment", ORIGIN)
    for experiment in experiments:
        storage.experiments.add(work, experiment)
    await work.commit()


async def keep_exposure(storage: Storage, exposure: Exposure) -> None:
    """The first version adds it, others replace it. Raises AlreadyExposed, StaleVersion."""
    work = storage.begin("tests.exposure", ORIGIN)
    if exposure.version == 1:
        storage.experiments.expose(work, exposure)
    else:
        storage.experiments.replace_exposure(work, exposure)
    await work.commit()


def units(count: int) -> list[UUID]:
    """The same people in every run."""
    return [UUID(int=number) for number in range(1, count + 1)]
