"""The steps of a video and how often each is tried."""

from dataclasses import replace
from datetime import timedelta

import pytest

from killrvideo.domain.ids import JobId
from killrvideo.domain.jobs import Job, JobKind, JobState
from killrvideo.domain.processing import JOB_OF, RetryPlan, Step, StepReport, StepState, percent, reports
from killrvideo.domain.videos import VideoStatus
from tests.builders.accounts import an_account
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN
from tests.builders.videos import a_video
from tests.holding_still import START

VIDEO = a_video(an_account(), status=VideoStatus.PROCESSING)
METADATA = Job.new(IDS.new(), JobKind.VIDEO_METADATA, VIDEO.id, START, ORIGIN)


def test_every_step_has_a_job() -> None:
    assert set(JOB_OF) == set(Step)
    assert set(JOB_OF.values()) == {kind for kind in JobKind if kind.startswith("video.")}


def test_a_step_stands_where_its_last_job_does() -> None:
    failed = replace(METADATA, state=JobState.FAILED, attempts=4, last_error="Away.")
    again = replace(METADATA, id=JobId(IDS.new()), state=JobState.RUNNING, attempts=1)
    waiting = StepReport(Step.PUBLISH, StepState.WAITING)
    assert reports(VIDEO, []) == (StepReport(Step.METADATA, StepState.WAITING), waiting)
    assert reports(VIDEO, [failed]) == (StepReport(Step.METADATA, StepState.FAILED, 4, "Away."), waiting)
    assert reports(VIDEO, [failed, again]) == (StepReport(Step.METADATA, StepState.RUNNING, 1), waiting)


def test_progress_is_the_share_of_steps_that_are_done() -> None:
    half = reports(VIDEO, [replace(METADATA, state=JobState.DONE)])
    whole = reports(replace(VIDEO, status=VideoStatus.READY), [])
    assert [percent(steps) for steps in (reports(VIDEO, []), half, whole)] == [0, 50, 100]


@pytest.mark.parametrize(
    ("tries", "seconds"),
    [(1, [None]), (3, [1, 4, None]), (6, [1, 4, 10, 10, 10, None])],
)
def test_pauses_grow_and_the_last_is_repeated_until_no_try_is_left(
    tries: int, seconds: list[int | None]
) -> None:
    plan = RetryPlan(tries=tries)
    pauses = [plan.pause_after(failures) for failures in range(1, tries + 1)]
    assert pauses == [None if pause is None else timedelta(seconds=pause) for pause in seconds]
