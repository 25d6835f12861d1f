"""Writing down that somebody met an arm: the row and its event together, once."""

from killrvideo.domain.events import ExperimentExposed, Origin
from killrvideo.domain.experiments import experiment_id
from killrvideo.domain.exposures import Exposure
from killrvideo.service_interfaces.storage import Storage

NO_REQUEST = "exposure"
"""Stands where a request's id would: none waits for it."""


async def expose(storage: Storage, exposure: Exposure) -> None:
    """Raises AlreadyExposed, and has written nothing then; Unavailable."""
    work = storage.begin(
        "experiments.expose", Origin(correlation_id=NO_REQUEST, actor_id=exposure.account_id)
    )
    storage.experiments.expose(work, exposure)
    work.publish(
        ExperimentExposed(
            exposure_id=exposure.id,
            experiment_id=experiment_id(exposure.experiment),
            key=exposure.experiment,
            round=exposure.round,
            account_id=exposure.account_id,
            arm=exposure.arm,
            exposed_at=exposure.at,
        )
    )
    await work.commit()
