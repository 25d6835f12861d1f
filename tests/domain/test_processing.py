"""The steps of a video and how often each is tried."""

from dataclasses import replace
from datetime import timedelta

import pytest

from killrvideo.domain.ids import JobId
from killrvideo.domain.jobs import Job, JobKind, JobState
from killrvideo.domain.processing import (
    BROUGHT_IN_A_SECOND,
    JOB_OF,
    STEPS,
    RetryPlan,
    Step,
    StepReport,
    StepState,
    following,
    next_step,
    percent,
    reports,
)
from killrvideo.domain.videos import LocationType, VideoStatus
from tests.builders.accounts import an_account
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN
from tests.builders.videos import a_video
from tests.holding_still import START

VIDEO = a_video(an_account(), status=VideoStatus.PROCESSING)
METADATA = Job.new(IDS.new(), JobKind.VIDEO_METADATA, VIDEO.id, START, ORIGIN)


def test_every_step_has_a_job() -> None:
    assert set(JOB_OF) == set(Step)
    others = {JobKind.VIDEO_FORGET}
    assert set(JOB_OF.values()) == {kind for kind in JobKind if kind.startswith("video.")} - others


def test_a_step_stands_where_its_last_job_does() -> None:
    failed = replace(METADATA, state=JobState.FAILED, attempts=4, last_error="Away.")
    again = replace(METADATA, id=JobId(IDS.new()), state=JobState.RUNNING, attempts=1)
    none, *others = reports(VIDEO, [], START)
    assert none == StepReport(Step.METADATA, StepState.WAITING)
    assert {report.state for report in others} == {StepState.WAITING}
    assert reports(VIDEO, [failed], START)[0] == StepReport(Step.METADATA, StepState.FAILED, 4, "Away.")
    assert reports(VIDEO, [failed, again], START)[0] == StepReport(Step.METADATA, StepState.RUNNING, 1)


def test_what_is_left_of_a_step_is_judged_by_its_beginning() -> None:
    told = START + timedelta(seconds=10)
    began = replace(METADATA, state=JobState.RUNNING, begun_at=START, part=0.25, part_at=told)
    left = {
        later: reports(VIDEO, [began], told + timedelta(seconds=later))[0].seconds_left
        for later in (0, 12, 99)
    }
    assert left == {0: 30.0, 12: 18.0, 99: 0.0}
    unknown = replace(began, part=0.0)
    assert reports(VIDEO, [unknown], told)[0] == StepReport(Step.METADATA, StepState.RUNNING)


def test_a_ready_video_shows_what_it_was_published_without() -> None:
    ready = replace(VIDEO, status=VideoStatus.READY)
    captions = Job.new(IDS.new(), JobKind.VIDEO_YOUTUBE_CAPTIONS, VIDEO.id, START, ORIGIN)
    failed = [replace(job, state=JobState.FAILED, last_error="No.") for job in (METADATA, captions)]
    states = {report.step: report.state for report in reports(ready, failed, START)}
    assert states.pop(Step.YOUTUBE_CAPTIONS) is StepState.FAILED
    assert set(states.values()) == {StepState.DONE}


def test_progress_is_the_share_of_what_is_done() -> None:
    begun = reports(VIDEO, [replace(METADATA, state=JobState.DONE)], START)
    whole = reports(replace(VIDEO, status=VideoStatus.READY), [], START)
    assert [percent(steps) for steps in (reports(VIDEO, [], START), begun, whole)] == [0, 16, 100]


def job_of(step: Step, state: JobState) -> Job:
    return replace(METADATA, id=JobId(IDS.new()), kind=JOB_OF[step], state=state)


@pytest.mark.parametrize(
    ("jobs", "step"),
    [
        ({}, Step.PROBE),
        ({Step.PROBE: JobState.DONE}, Step.PICTURES),
        # Nobody had begun with what comes after it: it was left, and not done without.
        ({Step.PROBE: JobState.DONE, Step.PICTURES: JobState.FAILED}, Step.PICTURES),
        ({Step.PICTURES: JobState.FAILED, Step.TRANSCODE: JobState.FAILED}, Step.TRANSCODE),
        ({Step.EMBEDDING: JobState.FAILED, Step.PUBLISH: JobState.FAILED}, Step.PUBLISH),
        ({Step.CAPTIONS: JobState.FAILED, Step.TRANSLATIONS: JobState.DONE}, Step.EMBEDDING),
        ({Step.NOTIFY: JobState.DONE}, Step.NOTIFY),
    ],
)
def test_a_video_goes_on_behind_what_is_done_or_done_without(jobs: dict[Step, JobState], step: Step) -> None:
    video = replace(VIDEO, location_type=LocationType.UPLOAD)
    assert next_step(video, [job_of(step, state) for step, state in jobs.items()]) is step


def test_a_longer_video_may_take_longer() -> None:
    plan, hour = RetryPlan(limit=timedelta(seconds=8)), replace(VIDEO, duration_seconds=3600)
    assert plan.limit_of(Step.METADATA, hour) == timedelta(seconds=8)
    assert plan.limit_of(Step.TRANSCODE, hour) == timedelta(hours=6)


def test_a_larger_file_may_take_longer_to_come_for_steps_that_need_it() -> None:
    plan, size = RetryPlan(limit=timedelta(seconds=8)), 100 * 1024**3
    bring = timedelta(seconds=size / BROUGHT_IN_A_SECOND)
    longer = {step for step in Step if plan.limit_of(step, VIDEO, size) > plan.limit_of(step, VIDEO)}
    assert longer == {Step.PROBE, Step.PICTURES, Step.TRANSCODE, Step.CAPTIONS}
    assert {plan.limit_of(step, VIDEO, size) - plan.limit_of(step, VIDEO) for step in longer} == {bring}
    assert bring > timedelta(hours=5)


@pytest.mark.parametrize("location", LocationType)
def test_what_follows_the_last_step_is_nothing(location: LocationType) -> None:
    video = replace(VIDEO, location_type=location)
    steps = STEPS[location]
    assert [following(video, step) for step in steps] == [*steps[1:], None]
    assert Step.PUBLISH in steps


@pytest.mark.parametrize(
    ("tries", "seconds"),
    [(1, [None]), (3, [1, 4, None]), (6, [1, 4, 10, 10, 10, None])],
)
def test_pauses_grow_and_the_last_is_repeated_until_no_try_is_left(
    tries: int, seconds: list[int | None]
) -> None:
    plan = RetryPlan(tries=tries)
    pauses = [plan.pause_after(failures, Step.METADATA) for failures in range(1, tries + 1)]
    assert pauses == [None if pause is None else timedelta(seconds=pause) for pause in seconds]


@pytest.mark.parametrize("step", [Step.PROBE, Step.TRANSCODE, Step.CAPTIONS, Step.TRANSLATIONS])
def test_what_takes_long_is_not_tried_again_within_seconds(step: Step) -> None:
    pauses = [RetryPlan().pause_after(failures, step) for failures in range(1, 5)]
    assert pauses == [*(timedelta(minutes=minutes) for minutes in (1, 5, 15)), None]
