"""How a submitted video becomes READY: the steps, once, as a table."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from killrvideo.domain.videos import LocationType


class Step(StrEnum):
    METADATA = "metadata"
    PUBLISH = "publish"


STEPS: dict[LocationType, tuple[Step, ...]] = {
    LocationType.YOUTUBE: (Step.METADATA, Step.PUBLISH),
    LocationType.UPLOAD: (Step.PUBLISH,),
}


class StepState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StepReport:
    """Where one step of a video stands, for its owner."""

    step: Step
    state: StepState
    attempts: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RetryPlan:
    """A bounded number of tries, each within a time limit, with growing pauses between them."""

    tries: int
    limit: timedelta
    pauses: tuple[timedelta, ...]

    def pause_after(self, attempt: int) -> timedelta | None:
        """How long to wait after this attempt (the first is 1); None when it was the last."""
        if attempt >= self.tries:
            return None
        return self.pauses[min(attempt, len(self.pauses)) - 1]
