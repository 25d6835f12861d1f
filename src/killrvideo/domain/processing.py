"""How a submitted video becomes READY: the steps, once, as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from killrvideo.domain.jobs import Job, JobKind, JobState
from killrvideo.domain.videos import LocationType, Video, VideoStatus


class Step(StrEnum):
    METADATA = "metadata"
    """What YouTube says of it."""
    THUMBNAIL = "thumbnail"
    """YouTube's picture, in sizes of ours."""
    PROBE = "probe"
    """What is in the file."""
    PICTURES = "pictures"
    """A thumbnail of the file, and small pictures of its moments."""
    TRANSCODE = "transcode"
    """Streams for every size of screen and speed of line."""
    CAPTIONS = "captions"
    """What is said, written down."""
    YOUTUBE_CAPTIONS = "youtube_captions"
    """Those that there are already."""
    TRANSLATIONS = "translations"
    """Of the captions."""
    EMBEDDING = "embedding"
    """What it is about, as a vector."""
    PUBLISH = "publish"
    NOTIFY = "notify"
    """Telling whoever the operator wants to be told."""


STEPS: dict[LocationType, tuple[Step, ...]] = {
    LocationType.YOUTUBE: (
        Step.METADATA,
        Step.THUMBNAIL,
        Step.YOUTUBE_CAPTIONS,
        Step.EMBEDDING,
        Step.PUBLISH,
        Step.NOTIFY,
    ),
    LocationType.UPLOAD: (
        Step.PROBE,
        Step.PICTURES,
        Step.TRANSCODE,
        Step.CAPTIONS,
        Step.TRANSLATIONS,
        Step.EMBEDDING,
        Step.PUBLISH,
        Step.NOTIFY,
    ),
}
OPTIONAL = frozenset(
    {
        Step.THUMBNAIL,
        Step.PICTURES,
        Step.CAPTIONS,
        Step.YOUTUBE_CAPTIONS,
        Step.TRANSLATIONS,
        Step.EMBEDDING,
        Step.NOTIFY,
    }
)
"""What a video is published without when every try has failed; its owner can have it tried again."""

JOB_OF: dict[Step, JobKind] = {step: JobKind(f"video.{step}") for step in Step}
STEP_OF = {kind: step for step, kind in JOB_OF.items()}

HEAVY = frozenset({JobKind.VIDEO_PICTURES, JobKind.VIDEO_TRANSCODE, JobKind.VIDEO_CAPTIONS})
"""Jobs that keep processors busy for long: few run at a time, so that the others go on."""

LONG = frozenset({Step.PROBE, Step.PICTURES, Step.TRANSCODE, Step.CAPTIONS, Step.TRANSLATIONS})
"""Steps that work on whole films."""

MADE_OF = {Step.CAPTIONS: Step.TRANSLATIONS}
"""What is made anew once a step is made up for after the video was published."""
LEFT = "There was nothing left to do for this video."
"""Why a job failed whose video had been removed: the step is still to be done if it comes back."""


def following(video: Video, step: Step) -> Step | None:
    """What comes after a step; None after the last one. Of a READY video, what is made of it."""
    if video.status is VideoStatus.READY:
        return MADE_OF.get(step)
    steps = STEPS[video.location_type]
    return next(iter(steps[steps.index(step) + 1 :]), None)


def next_step(video: Video, jobs: Sequence[Job]) -> Step:
    """The one after the last that is done, or that was done without; the last one when all are."""
    steps = STEPS[video.location_type]
    behind = max((at for at, step in enumerate(steps) if _is_behind(step, steps[at + 1 :], jobs)), default=-1)
    return steps[min(behind + 1, len(steps) - 1)]


def _is_behind(step: Step, later: Sequence[Step], jobs: Sequence[Job]) -> bool:
    states = {job.state for job in jobs if job.kind is JOB_OF[step]}
    if JobState.DONE in states:
        return True
    went_on = {job.kind for job in jobs} & {JOB_OF[one] for one in later}
    return step in OPTIONAL and JobState.FAILED in states and bool(went_on)


def lacked(video: Video, jobs: Sequence[Job]) -> Sequence[Step]:
    """What a video that has come back from removal still has to be done, and has no job for."""
    if video.status is VideoStatus.READY:
        left = [step for step in STEPS[video.location_type] if step in OPTIONAL and _is_left(step, jobs)]
        return [*left, *([Step.NOTIFY] if is_untold(jobs) and Step.NOTIFY not in left else ())]
    if video.status is VideoStatus.ERROR or any(job.is_live for job in jobs if job.kind in STEP_OF):
        return []
    return [next_step(video, jobs)]


def _is_left(step: Step, jobs: Sequence[Job]) -> bool:
    """Whether the last job of this step came to nothing since the video was removed."""
    last = [job for job in jobs if job.kind is JOB_OF[step]][-1:]
    return any(job.state is JobState.FAILED and job.last_error == LEFT for job in last)


def is_untold(jobs: Sequence[Job]) -> bool:
    """Whether a video was published, and whoever is to be told of it was not because it was removed."""
    told = [job for job in jobs if job.kind is JobKind.VIDEO_NOTIFY]
    is_published = any(job.kind is JobKind.VIDEO_PUBLISH and job.state is JobState.DONE for job in jobs)
    return is_published and all(job.state is JobState.FAILED and job.last_error == LEFT for job in told)


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
    part: float = 0.0
    """How much of it is done, from 0 to 1."""
    seconds_left: float | None = None
    """While it runs, and there is something to judge by."""


STATE_OF: dict[JobState, StepState] = {
    JobState.QUEUED: StepState.WAITING,
    JobState.RUNNING: StepState.RUNNING,
    JobState.DONE: StepState.DONE,
    JobState.FAILED: StepState.FAILED,
}


def reports(video: Video, jobs: Sequence[Job], now: datetime) -> tuple[StepReport, ...]:
    """Where each step stands, by the last job of its kind.

    A READY video has them all behind it, but for those that it could do without.
    """
    last = {STEP_OF[job.kind]: job for job in jobs if job.kind in STEP_OF}
    is_ready = video.status is VideoStatus.READY
    return tuple(_report(step, last.get(step), is_ready, now) for step in STEPS[video.location_type])


def _report(step: Step, job: Job | None, is_ready: bool, now: datetime) -> StepReport:
    if is_ready and (job is None or step not in OPTIONAL):
        return StepReport(step, StepState.DONE, part=1.0)
    if job is None:
        return StepReport(step, StepState.WAITING)
    state = STATE_OF[job.state]
    part = {StepState.DONE: 1.0, StepState.RUNNING: job.part}.get(state, 0.0)
    left = _seconds_left(job, now) if state is StepState.RUNNING else None
    return StepReport(step, state, job.attempts, job.last_error, part, left)


def _seconds_left(job: Job, now: datetime) -> float | None:
    """As if the rest went on like the beginning."""
    if job.begun_at is None or job.part_at is None or not 0 < job.part <= 1:
        return None
    took = (job.part_at - job.begun_at).total_seconds()
    left = took * (1 - job.part) / job.part - (now - job.part_at).total_seconds()
    return round(max(left, 0.0), 1)


WEIGHTS = {Step.TRANSCODE: 12.0, Step.CAPTIONS: 4.0}
"""How long steps take, roughly, where the others count 1."""


def percent(steps: Sequence[StepReport]) -> int:
    """How much is done, 0 to 100. What failed and could be done without is behind us, too."""
    weights = [WEIGHTS.get(report.step, 1.0) for report in steps]
    done = (weight * _passed(report) for report, weight in zip(steps, weights, strict=True))
    return int(100 * sum(done) / sum(weights))


def _passed(report: StepReport) -> float:
    if report.state is StepState.FAILED and report.step in OPTIONAL:
        return 1.0
    return report.part


OUTAGES_MOST = 99
"""Tries that end because something they stand on is away: with the pauses between them, a day."""


@dataclass(frozen=True, slots=True)
class RetryPlan:
    """A bounded number of tries, each within a time limit, with growing pauses between them."""

    tries: int = 4
    limit: timedelta = timedelta(seconds=8)
    """What one try of a step may take that only asks somebody else."""
    pauses: tuple[timedelta, ...] = (timedelta(seconds=1), timedelta(seconds=4), timedelta(seconds=10))

    long_pauses: tuple[timedelta, ...] = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15))
    """Of steps whose tries may take hours: what went wrong with them is seldom over in seconds."""
    outage_pauses: tuple[timedelta, ...] = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15))

    def pause_after(self, failures: int, step: Step) -> timedelta | None:
        """How long to wait after so many failed tries of a step; None when the last has failed."""
        if failures >= self.tries:
            return None
        pauses = self.long_pauses if step in LONG else self.pauses
        return pauses[min(failures, len(pauses)) - 1]

    def pause_in_outage(self, outages: int) -> timedelta | None:
        """How long to wait after so many tries that were no fault of the step's; None after a day of them."""
        if outages > OUTAGES_MOST:
            return None
        return self.outage_pauses[min(outages, len(self.outage_pauses)) - 1]

    def limit_of(self, step: Step, video: Video, size: int = 0) -> timedelta:
        """What one try of the step may take: longer for a longer video, or a larger file of so many bytes."""
        least, factor = LIMITS.get(step, (self.limit, 0))
        bringing = timedelta(seconds=size / BROUGHT_IN_A_SECOND if step in BRINGING else 0)
        return least + factor * timedelta(seconds=video.duration_seconds or 0) + bringing


LIMITS: dict[Step, tuple[timedelta, int]] = {
    Step.THUMBNAIL: (timedelta(minutes=1), 0),
    Step.PROBE: (timedelta(minutes=30), 0),
    Step.PICTURES: (timedelta(minutes=30), 1),
    Step.TRANSCODE: (timedelta(hours=1), 5),
    Step.CAPTIONS: (timedelta(hours=1), 5),
    Step.TRANSLATIONS: (timedelta(hours=1), 5),
    Step.EMBEDDING: (timedelta(minutes=2), 0),
    Step.PUBLISH: (timedelta(minutes=2), 0),
    Step.NOTIFY: (timedelta(seconds=30), 0),
}
"""Least time, and how many times the video's length is added to it.

Streams that a try has made stay: so all tries together have several times as long for these.
"""
BRINGING = frozenset({Step.PROBE, Step.PICTURES, Step.TRANSCODE, Step.CAPTIONS})
"""Steps that need the file, and maybe on a machine that does not have it yet."""
BROUGHT_IN_A_SECOND = 5_000_000
"""Bytes of it, from an object store that is far away."""
