"""What happens in experiments."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from killrvideo.domain.events.event import Event
from killrvideo.domain.ids import AccountId, ExperimentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentChanged(Event):
    """An experiment was made, started, ramped, stopped or described anew."""

    aggregate: ClassVar[str] = "experiment"
    experiment_id: ExperimentId
    key: str
    state: str

    @property
    def aggregate_id(self) -> UUID:
        return self.experiment_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentExposed(Event):
    """Somebody met an arm of an experiment for the first time in its round."""

    aggregate: ClassVar[str] = "exposure"
    exposure_id: UUID
    experiment_id: ExperimentId
    key: str
    round: int
    account_id: AccountId
    arm: str
    exposed_at: datetime
    """A moment before it is written down."""

    @property
    def aggregate_id(self) -> UUID:
        return self.exposure_id
