"""How a submitted video becomes READY: the steps, once, as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from killrvideo.domain.jobs import Job, JobKind, JobState
from killrvideo.domain.videos import LocationType, Video, VideoStatus


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


JOB_OF: dict[Step, JobKind] = {
    Step.METADATA: JobKind.VIDEO_METADATA,
    Step.PUBLISH: JobKind.VIDEO_PUBLISH,
}
STEP_OF = {kind: step for step, kind in JOB_OF.items()}

STATE_OF: dict[JobState, StepState] = {
    JobState.QUEUED: StepState.WAITING,
    JobState.RUNNING: StepState.RUNNING,
    JobState.DONE: StepState.DONE,
    JobState.FAILED: StepState.FAILED,
}


def reports(video: Video, jobs: Sequence[Job]) -> tuple[StepReport, ...]:
    """Where each step stands, by the last job of its kind; a READY video has them all behind it."""
    last = {STEP_OF[job.kind]: job for job in jobs}
    done = video.status is VideoStatus.READY
    return tuple(_report(step, last.get(step), done) for step in STEPS[video.location_type])


def _report(step: Step, job: Job | None, video_is_ready: bool) -> StepReport:
    if job is None or video_is_ready:
        return StepReport(step, StepState.DONE if video_is_ready else StepState.WAITING)
    return StepReport(step, STATE_OF[job.state], job.attempts, job.last_error)


def percent(steps: Sequence[StepReport]) -> int:
    """How much is done, 0 to 100."""
    return 100 * sum(step.state is StepState.DONE for step in steps) // len(steps)


@dataclass(frozen=True, slots=True)
class RetryPlan:
    """A bounded number of tries, each within a time limit, with growing pauses between them."""

    tries: int = 4
    limit: timedelta = timedelta(seconds=8)
    """What one try may take."""
    pauses: tuple[timedelta, ...] = (timedelta(seconds=1), timedelta(seconds=4), timedelta(seconds=10))

    def pause_after(self, failures: int) -> timedelta | None:
        """How long to wait after so many failed tries; None when the last has failed."""
        if failures >= self.tries:
            return None
        return self.pauses[min(failures, len(self.pauses)) - 1]
