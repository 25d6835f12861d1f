"""Running experiments, and putting down to an arm what people do."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from killrvideo.domain.access import Caller, Role, Scope
from killrvideo.domain.errors import (
    ExperimentExists,
    ExperimentNotFound,
    InvalidExperiment,
    MissingScope,
    NotSignedIn,
    StaleVersion,
    Unavailable,
)
from killrvideo.domain.experiments import DECLARED, Arm, ExperimentChange, ExperimentState, Measure
from killrvideo.domain.ids import AccountId
from killrvideo.domain.moderation import AuditAction
from killrvideo.features.experiments import ExperimentControl, ExperimentDesk, Outcomes
from killrvideo.features.playback import Playback
from killrvideo.features.ratings import Ratings
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.callers import NOBODY, caller_of
from tests.builders.experiments import NEW, OLD, an_experiment, an_exposure, keep_experiment, keep_exposure
from tests.builders.keeping import ORIGIN, keep
from tests.builders.stored import a_stored_video, events, trail
from tests.holding_still import START, CountingIds, ManualClock

STOP = ExperimentChange(state=ExperimentState.STOPPED)
START_IT = ExperimentChange(state=ExperimentState.RUNNING, share=100)
DRAFT = an_experiment(state=ExperimentState.DRAFT, started_at=None, changed_at=None, version=1)
HOUR = timedelta(hours=1)


class Memory:
    """Keeps Experiments, for nobody: counts how often it is told to look."""

    def __init__(self) -> None:
        self.looks = 0
        self.away = False

    def variant(self, key: str, unit: AccountId | None, default: str) -> str:
        return default

    async def refresh(self) -> None:
        self.looks += 1
        if self.away:
            raise Unavailable


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def control(storage: Storage, clock: ManualClock, ids: CountingIds, memory: Memory) -> ExperimentControl:
    return ExperimentControl(storage, clock, ids, memory)


async def test_those_that_come_with_killrvideo_are_there_and_can_be_started(
    control: ExperimentControl, storage: Storage
) -> None:
    assert [one.key for one in await control.all()] == ["recommender", "search_fusion"]

    started = await control.change(NOBODY, "recommender", START_IT)

    assert (started.state, started.percent, started.started_at) == (ExperimentState.RUNNING, 1, START)
    assert await control.get("recommender") == started == await storage.experiments.get("recommender")
    assert await control.get("search_fusion") == DECLARED[1]


async def test_every_change_is_told_and_stands_in_the_trail(
    control: ExperimentControl, storage: Storage, memory: Memory
) -> None:
    admin = caller_of(an_account(roles=frozenset({Role.ADMIN})))
    await control.create(admin, DRAFT)
    await control.change(admin, "colour", START_IT)
    await control.change(admin, "colour", START_IT)

    assert await events(storage) == ["ExperimentChanged"] * 2
    change, creation = await trail(storage)
    assert {change.action, creation.action} == {AuditAction.EXPERIMENT_CHANGED}
    assert (change.actor_id, change.target_id) == (admin.account_id, DRAFT.id)
    assert change.detail == {
        "key": "colour",
        "state": "running",
        "percent": "1",
        "round": "1",
        "version": "2",
    }
    assert memory.looks == 2


async def test_a_change_holds_although_memory_cannot_be_refreshed(
    control: ExperimentControl, storage: Storage, memory: Memory
) -> None:
    memory.away = True
    await control.change(NOBODY, "recommender", START_IT)
    assert (await control.get("recommender")).state is ExperimentState.RUNNING


async def test_a_key_is_taken_once(control: ExperimentControl) -> None:
    await control.create(NOBODY, DRAFT)
    for key in ("colour", "recommender"):
        with pytest.raises(ExperimentExists):
            await control.create(NOBODY, replace(DRAFT, key=key))


async def test_what_cannot_be_run_is_not_made(control: ExperimentControl, storage: Storage) -> None:
    with pytest.raises(InvalidExperiment):
        await control.create(NOBODY, replace(DRAFT, arms=(OLD, OLD)))
    assert await storage.experiments.all() == []


async def test_a_change_of_another_version_is_refused(control: ExperimentControl) -> None:
    await control.change(NOBODY, "recommender", START_IT, expected_version=1)
    with pytest.raises(StaleVersion):
        await control.change(NOBODY, "recommender", STOP, expected_version=1)
    stopped = await control.change(NOBODY, "recommender", STOP, expected_version=2)
    assert stopped.state is ExperimentState.STOPPED


async def test_what_is_not_there_is_not_found(control: ExperimentControl) -> None:
    for asked in (control.get("shape"), control.report("shape"), control.change(NOBODY, "shape", STOP)):
        with pytest.raises(ExperimentNotFound):
            await asked


@pytest.mark.parametrize(
    ("scopes", "reads", "writes"),
    [
        (frozenset({Scope.ANALYTICS_READ}), True, False),
        (frozenset({Scope.OPERATE}), False, True),
        (frozenset({Scope.PROFILE}), False, False),
    ],
)
async def test_callers_need_a_scope_to_read_and_another_to_run(
    control: ExperimentControl, scopes: frozenset[Scope], reads: bool, writes: bool
) -> None:
    desk, caller = ExperimentDesk(control), caller_of(an_account(), scopes)
    for asked in (desk.all(caller), desk.get(caller, "recommender"), desk.report(caller, "recommender")):
        if reads:
            await asked
        else:
            with pytest.raises(MissingScope):
                await asked
    for done in (desk.create(caller, DRAFT), desk.change(caller, "recommender", START_IT)):
        if writes:
            await done
        else:
            with pytest.raises(MissingScope):
                await done


async def test_nobody_reads_or_runs_them_without_signing_in(control: ExperimentControl) -> None:
    desk = ExperimentDesk(control)
    for asked in (desk.report(NOBODY, "shape"), desk.change(NOBODY, "shape", STOP)):
        with pytest.raises(NotSignedIn):
            await asked


async def test_a_report_counts_the_people_of_the_present_round(
    control: ExperimentControl, storage: Storage
) -> None:
    people = [an_account() for _ in range(4)]
    experiment = an_experiment(arms=(OLD, NEW, Arm("newer")), round=2)
    await keep(storage, *people)
    await keep_experiment(storage, experiment)
    for person, arm in zip(people, ("old", "old", "new", "new"), strict=True):
        await keep_exposure(storage, an_exposure(person, experiment, arm=arm))
    await keep_exposure(storage, an_exposure(people[0], an_experiment()))
    viewed = an_exposure(people[3], experiment, arm="new").after(Measure.VIEW, START)
    await keep_exposure(storage, viewed)

    report = await control.report("colour")

    assert [(arm.arm.name, arm.people) for arm in report.arms] == [("old", 2), ("new", 2), ("newer", 0)]
    assert [(one.arm, one.difference) for one in report.comparisons if one.measure is Measure.VIEW] == [
        ("new", 0.5)
    ]


@pytest.fixture
async def fan(storage: Storage) -> Caller:
    account = an_account()
    await keep(storage, account)
    await keep_exposure(storage, an_exposure(account))
    return caller_of(account)


async def done(storage: Storage, caller: Caller) -> set[Measure]:
    [exposure] = await storage.experiments.exposures_of(caller.signed_in())
    return set(exposure.done)


async def test_what_somebody_does_is_noted_however_often_it_is_told(storage: Storage, fan: Caller) -> None:
    outcomes, account_id = Outcomes(storage), fan.signed_in()
    for _ in range(3):
        await outcomes.viewed(account_id, START + HOUR, ORIGIN)
        await outcomes.rated(account_id, 5, START + HOUR, ORIGIN)
        await outcomes.rated(account_id, 3, START + HOUR, ORIGIN)
    assert await done(storage, fan) == {Measure.VIEW, Measure.LIKE}
    [exposure] = await storage.experiments.exposures_of(account_id)
    assert exposure.version == 3


async def test_what_was_done_before_the_exposure_is_not_noted(storage: Storage, fan: Caller) -> None:
    await Outcomes(storage).viewed(fan.signed_in(), START - HOUR, ORIGIN)
    await Outcomes(storage).viewed(AccountId(UUID(int=1)), START, ORIGIN)
    assert await done(storage, fan) == set()


async def test_whoever_was_quicker_than_the_exposure_was_written_counts_too(
    storage: Storage, clock: ManualClock, ids: CountingIds, fan: Caller
) -> None:
    video = await a_stored_video(storage)
    clock.advance(HOUR)
    await Playback(storage, clock, ids).view(fan, video.id)
    await Ratings(storage, clock, ids).rate(fan, video.id, 1)

    await Outcomes(storage).exposed(fan.signed_in(), START + 2 * HOUR, ORIGIN)
    assert await done(storage, fan) == set()
    await Outcomes(storage).exposed(fan.signed_in(), START, ORIGIN)
    assert await done(storage, fan) == {Measure.VIEW, Measure.DISLIKE}
