"""What every store of experiments and exposures keeps."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from killrvideo.domain.accounts import AccountStatus
from killrvideo.domain.errors import AlreadyExposed, StaleVersion
from killrvideo.domain.experiments import Arm, Experiment, ExperimentState, Guardrail, Measure
from killrvideo.domain.exposures import ArmCounts, Exposure
from killrvideo.service_interfaces.exposing import expose
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.experiments import an_experiment, an_exposure, keep_experiment, keep_exposure
from tests.builders.keeping import ORIGIN, keep
from tests.builders.stored import events
from tests.holding_still import START

EXPERIMENT = an_experiment(
    arms=(Arm("old", 3), Arm("new")),
    guardrails=(Guardrail(Measure.DISLIKE, 0.015),),
    goal=Measure.LIKE,
    stopped_at=START,
    round=3,
)
HOUR = timedelta(hours=1)


async def change(storage: Storage, changed: Experiment) -> None:
    work = storage.begin("tests.change", ORIGIN)
    storage.experiments.replace(work, changed)
    await work.commit()


async def test_experiments_come_back_as_they_are_by_their_keys(storage: Storage) -> None:
    bare = an_experiment(key="apples", description="", started_at=None, changed_at=None)
    await keep_experiment(storage, EXPERIMENT, bare)

    assert await storage.experiments.all() == [bare, EXPERIMENT]
    assert await storage.experiments.get("colour") == EXPERIMENT
    assert await storage.experiments.get("shape") is None


async def test_a_key_has_one_experiment(storage: Storage) -> None:
    await keep_experiment(storage, EXPERIMENT)
    with pytest.raises(StaleVersion):
        await keep_experiment(storage, an_experiment())
    assert await storage.experiments.all() == [EXPERIMENT]


async def test_a_version_is_replaced_by_the_next_one_and_by_no_other(storage: Storage) -> None:
    await keep_experiment(storage, EXPERIMENT)
    following = replace(EXPERIMENT, state=ExperimentState.STOPPED, version=EXPERIMENT.version + 1)
    await change(storage, following)
    for stale in (following, replace(EXPERIMENT, version=EXPERIMENT.version + 3)):
        with pytest.raises(StaleVersion):
            await change(storage, stale)
    assert await storage.experiments.get("colour") == following


async def test_of_many_changes_at_once_one_is_made(storage: Storage) -> None:
    await keep_experiment(storage, EXPERIMENT)

    async def ramp(share: int) -> bool:
        try:
            await change(storage, replace(EXPERIMENT, share=share, version=EXPERIMENT.version + 1))
        except StaleVersion:
            return False
        return True

    made = await asyncio.gather(*(ramp(share) for share in range(8)))
    [winner] = [share for share, done in enumerate(made) if done]
    present = await storage.experiments.get("colour")
    assert present is not None
    assert present.share == winner


async def test_an_account_is_exposed_once_to_each_round(storage: Storage) -> None:
    account = an_account()
    first, second = an_exposure(account, EXPERIMENT), an_exposure(account, EXPERIMENT, round=4)
    other = an_exposure(account, an_experiment(key="apples"))
    await keep(storage, account)
    for exposure in (first, second, other):
        await keep_exposure(storage, exposure)
    with pytest.raises(AlreadyExposed):
        await keep_exposure(storage, replace(first, at=START + HOUR, arm="new"))

    assert await storage.experiments.exposures_of(account.id) == [other, first, second]


async def test_of_many_exposures_at_once_one_is_written_with_its_event(storage: Storage) -> None:
    account = an_account()
    await keep(storage, account)

    async def try_to(exposure: Exposure) -> None:
        with suppress(AlreadyExposed):
            await expose(storage, exposure)

    await asyncio.gather(*(try_to(an_exposure(account, EXPERIMENT)) for _ in range(8)))

    assert await storage.experiments.exposures_of(account.id) == [an_exposure(account, EXPERIMENT)]
    assert await events(storage) == ["ExperimentExposed"]
    assert sum(counts.people for counts in (await storage.experiments.counts(EXPERIMENT)).values()) == 1


async def test_what_people_do_is_counted_once_in_their_arm(storage: Storage) -> None:
    people = [an_account() for _ in range(12)]
    await keep(storage, *people)
    exposures = [
        an_exposure(person, EXPERIMENT, arm="old" if number < 8 else "new")
        for number, person in enumerate(people)
    ]
    for exposure in exposures:
        await keep_exposure(storage, exposure)
    done = [
        *(exposure.after(Measure.VIEW, START + HOUR) for exposure in exposures[:5]),
        exposures[8].after(Measure.DISLIKE, START + HOUR),
    ]
    for exposure in done:
        await keep_exposure(storage, exposure)
        with pytest.raises(StaleVersion):
            await keep_exposure(storage, exposure)
    liked = done[0].after(Measure.LIKE, START + HOUR)
    await keep_exposure(storage, liked)

    assert await storage.experiments.counts(EXPERIMENT) == {
        "old": ArmCounts(people=8, viewed=5, liked=1),
        "new": ArmCounts(people=4, disliked=1),
    }
    assert await storage.experiments.exposures_of(people[0].id) == [liked]
    elsewhere = await storage.experiments.counts(replace(EXPERIMENT, round=4))
    assert all(counts.people == 0 for counts in elsewhere.values())


async def test_an_exposure_that_was_imported_with_what_came_after_counts_whole(storage: Storage) -> None:
    account = an_account()
    await keep(storage, account)
    exposure = an_exposure(account, EXPERIMENT, arm="old").after(Measure.VIEW, START + HOUR)
    work = storage.begin("tests.import", ORIGIN)
    storage.experiments.expose(work, exposure)
    await work.commit()

    assert await storage.experiments.exposures_of(account.id) == [exposure]
    assert (await storage.experiments.counts(EXPERIMENT))["old"] == ArmCounts(people=1, viewed=1)


async def test_nothing_is_replaced_that_is_not_there(storage: Storage) -> None:
    account = an_account()
    await keep(storage, account)
    with pytest.raises(StaleVersion):
        await keep_exposure(storage, an_exposure(account).after(Measure.VIEW, START))


async def test_an_erased_account_counts_without_a_name_and_meets_nothing_more(storage: Storage) -> None:
    account = an_account()
    await keep(storage, account)
    await keep_exposure(storage, an_exposure(account, EXPERIMENT, arm="old"))
    work = storage.begin("tests.erase", ORIGIN)
    storage.accounts.erase(work, account.changed(status=AccountStatus.ERASED))
    await work.commit()

    assert await storage.experiments.exposures_of(account.id) == []
    with pytest.raises(AlreadyExposed):
        await keep_exposure(storage, an_exposure(account, EXPERIMENT, round=4))
    assert (await storage.experiments.counts(EXPERIMENT))["old"] == ArmCounts(people=1)
