"""Asking for an arm: from memory, without ever failing, and whoever gets one is noted once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.flag_evaluation import Reason

from killrvideo.adapters.experiments import OpenFeatureExperiments
from killrvideo.adapters.experiments.exposures import Exposures
from killrvideo.adapters.experiments.provider import StoredExperiments
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.accounts import Account
from killrvideo.domain.errors import Unavailable
from killrvideo.domain.experiments import Arm, Experiment, ExperimentState
from killrvideo.domain.exposures import Exposure
from killrvideo.domain.ids import AccountId
from killrvideo.service_interfaces.experiments import ExperimentStore
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.experiments import (
    an_experiment,
    an_exposure,
    keep_experiment,
    keep_exposure,
)
from tests.builders.keeping import ORIGIN, keep
from tests.builders.stored import events
from tests.holding_still import START, ManualClock
from tests.stand_ins.parts_of_a_store import store_with

EXPERIMENT = an_experiment()
STOPPED = replace(EXPERIMENT, state=ExperimentState.STOPPED, version=EXPERIMENT.version + 1)
ANN = an_account()


class Pauses:
    """Pauses of the background work: they end when the test says so."""

    def __init__(self) -> None:
        self._asleep: list[asyncio.Event] = []
        self._one_more = asyncio.Condition()

    async def __call__(self, seconds: float) -> None:
        woken = asyncio.Event()
        async with self._one_more:
            self._asleep.append(woken)
            self._one_more.notify_all()
        await woken.wait()

    async def end(self) -> None:
        """Ends those of both loops, and waits until both have done their work and pause again."""
        self.let_go()
        async with self._one_more:
            await self._one_more.wait_for(lambda: len(self._asleep) == 2)

    def let_go(self) -> None:
        asleep, self._asleep = self._asleep, []
        for woken in asleep:
            woken.set()

    async def begun(self) -> None:
        async with self._one_more:
            await self._one_more.wait_for(lambda: len(self._asleep) == 2)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
async def experiments(
    storage: SqliteStorage, clock: ManualClock, pauses: Pauses
) -> AsyncIterator[OpenFeatureExperiments]:
    await keep(storage, ANN)
    await keep_experiment(storage, EXPERIMENT)
    experiments = OpenFeatureExperiments(storage, clock, pause=pauses)
    await experiments.open()
    await pauses.begun()
    yield experiments
    await experiments.close()


async def change(storage: Storage, changed: Experiment) -> None:
    work = storage.begin("tests.change", ORIGIN)
    storage.experiments.replace(work, changed)
    await work.commit()


async def test_whoever_takes_part_gets_the_arm_and_is_noted_once(
    experiments: OpenFeatureExperiments, storage: SqliteStorage, clock: ManualClock, pauses: Pauses
) -> None:
    assert experiments.variant("colour", ANN.id, "none") == EXPERIMENT.dealt(ANN.id)
    clock.advance(timedelta(hours=1))
    await pauses.end()
    for _ in range(3):
        assert experiments.variant("colour", ANN.id, "none") == EXPERIMENT.dealt(ANN.id)
        await pauses.end()

    assert await storage.experiments.exposures_of(ANN.id) == [an_exposure(ANN, EXPERIMENT)]
    assert await events(storage) == ["ExperimentExposed"]


async def test_whoever_takes_no_part_is_served_as_ever_and_not_noted(
    experiments: OpenFeatureExperiments, storage: SqliteStorage
) -> None:
    await keep_experiment(storage, an_experiment(key="nobody", share=0))
    await experiments.refresh()

    assert experiments.variant("colour", None, "none") == "none"
    for key in ("nobody", "recommender", "unknown"):
        assert experiments.variant(key, ANN.id, "none") == "none"
    assert experiments.exposures.waiting == 0


async def test_a_change_by_another_process_is_seen_without_any_event(
    experiments: OpenFeatureExperiments, storage: SqliteStorage, pauses: Pauses
) -> None:
    await change(storage, STOPPED)
    await pauses.end()
    assert experiments.variant("colour", ANN.id, "none") == "none"


async def test_a_store_that_is_away_leaves_all_as_it_was_known(
    experiments: OpenFeatureExperiments, storage: SqliteStorage, pauses: Pauses
) -> None:
    arm = experiments.variant("colour", ANN.id, "none")
    await storage.close()
    await pauses.end()
    assert experiments.variant("colour", ANN.id, "none") == arm

    await storage.open()
    await pauses.end()
    [exposure] = await storage.experiments.exposures_of(ANN.id)
    assert exposure.arm == arm


async def test_a_process_that_starts_without_its_store_learns_later(
    storage: SqliteStorage, clock: ManualClock, pauses: Pauses
) -> None:
    await keep_experiment(storage, EXPERIMENT)
    await storage.close()
    experiments = OpenFeatureExperiments(storage, clock, pause=pauses)
    await experiments.open()
    await pauses.begun()
    assert experiments.variant("colour", ANN.id, "none") == "none"

    await storage.open()
    await pauses.end()
    assert experiments.variant("colour", ANN.id, "none") == EXPERIMENT.dealt(ANN.id)
    await experiments.close()


async def test_an_orderly_end_writes_down_what_was_noted(
    storage: SqliteStorage, clock: ManualClock, pauses: Pauses
) -> None:
    await keep(storage, ANN)
    await keep_experiment(storage, EXPERIMENT)
    experiments = OpenFeatureExperiments(storage, clock, pause=pauses)
    await experiments.open()
    experiments.variant("colour", ANN.id, "none")
    for _ in range(2):
        await experiments.close()

    assert len(await storage.experiments.exposures_of(ANN.id)) == 1
    assert experiments.variant("colour", ANN.id, "none") == "none"


class HeldUp:
    """Keeps ExperimentStore: whoever looks for exposures waits for ever, until it is free."""

    def __init__(self, store: ExperimentStore) -> None:
        self._store = store
        self.is_free = False
        self.reached = asyncio.Event()

    async def exposures_of(self, account_id: AccountId) -> Sequence[Exposure]:
        if not self.is_free:
            self.reached.set()
            await asyncio.Event().wait()
        return await self._store.exposures_of(account_id)

    def __getattr__(self, verb: str) -> Any:
        return getattr(self._store, verb)


async def test_an_end_amid_writing_loses_nothing(
    storage: SqliteStorage, clock: ManualClock, pauses: Pauses
) -> None:
    people = [an_account() for _ in range(20)]
    await keep(storage, *people)
    await keep_experiment(storage, EXPERIMENT)
    held = HeldUp(storage.experiments)
    experiments = OpenFeatureExperiments(store_with(storage, experiments=held), clock, pause=pauses)
    await experiments.open()
    await pauses.begun()
    for person in people:
        experiments.variant("colour", person.id, "none")
    pauses.let_go()
    await held.reached.wait()

    held.is_free = True
    await experiments.close()

    assert [len(await storage.experiments.exposures_of(person.id)) for person in people] == [1] * 20
    assert experiments.exposures.waiting == 0


class Broken:
    """Keeps ExperimentStore: has a fault that nobody has thought of."""

    async def all(self) -> Sequence[Experiment]:
        return [EXPERIMENT]

    async def exposures_of(self, account_id: AccountId) -> Sequence[Exposure]:
        raise ZeroDivisionError


async def test_a_fault_in_writing_does_not_stop_the_end(
    storage: SqliteStorage, clock: ManualClock, pauses: Pauses, caplog: pytest.LogCaptureFixture
) -> None:
    experiments = OpenFeatureExperiments(store_with(storage, experiments=Broken()), clock, pause=pauses)
    await experiments.open()
    experiments.variant("colour", ANN.id, "none")

    await experiments.close()

    assert experiments.variant("colour", ANN.id, "none") == "none"
    assert "1 exposures to experiments are lost" in caplog.text


def asked(experiment: Experiment) -> StoredExperiments:
    provider = StoredExperiments()
    provider.show([experiment])
    return provider


def test_a_flag_is_an_experiment_with_the_arms_on_and_off() -> None:
    anybody = EvaluationContext(str(uuid4()))
    switched = asked(an_experiment(arms=(Arm("on"),)))
    assert switched.resolve_boolean_details("colour", False, anybody).value is True
    assert switched.resolve_boolean_details("colour", False).value is False
    off = asked(an_experiment(arms=(Arm("off"),)))
    assert off.resolve_boolean_details("colour", True, anybody).value is False


def test_what_has_no_such_value_answers_as_ever_and_says_why() -> None:
    provider, anybody = asked(EXPERIMENT), EvaluationContext(str(uuid4()))
    answers: Sequence[tuple[object, object]] = (
        (provider.resolve_boolean_details("colour", True, anybody), True),
        (provider.resolve_integer_details("colour", 7, anybody), 7),
        (provider.resolve_float_details("colour", 0.5, anybody), 0.5),
        (provider.resolve_object_details("colour", {"a": 1}, anybody), {"a": 1}),
        (provider.resolve_string_details("unknown", "none", anybody), "none"),
    )
    for details, value in answers:
        assert (details.value, details.reason) == (value, Reason.ERROR)  # type: ignore[attr-defined]


def test_whose_key_is_no_account_takes_no_part() -> None:
    details = asked(EXPERIMENT).resolve_string_details("colour", "none", EvaluationContext("Ann"))
    assert (details.value, details.reason) == ("none", Reason.DEFAULT)


def test_an_older_version_than_the_known_one_changes_nothing() -> None:
    provider = asked(STOPPED)
    provider.show([EXPERIMENT])
    details = provider.resolve_string_details("colour", "none", EvaluationContext(str(ANN.id)))
    assert (details.value, details.reason) == ("none", Reason.DISABLED)


async def test_any_client_of_the_houses_domain_is_answered(experiments: OpenFeatureExperiments) -> None:
    client = api.get_client(experiments.domain)
    details = client.get_string_details("colour", "none", EvaluationContext(str(ANN.id)))
    assert (details.value, details.reason) == (EXPERIMENT.dealt(ANN.id), Reason.SPLIT)


def somebodys(number: int) -> Exposure:
    return an_exposure(ANN, round=number)


async def written(storage: Storage, account: Account = ANN) -> list[int]:
    return [exposure.round for exposure in await storage.experiments.exposures_of(account.id)]


async def test_exposures_that_cannot_be_written_wait(storage: SqliteStorage) -> None:
    exposures = Exposures(storage)
    await keep(storage, ANN)
    await storage.close()
    for number in range(40):
        exposures.note(somebodys(number))
    with pytest.raises(Unavailable):
        await exposures.write()
    assert exposures.waiting == 40

    await storage.open()
    await exposures.write()
    assert await written(storage) == [*range(40)]


async def test_no_more_wait_than_there_is_room_for(storage: SqliteStorage) -> None:
    exposures = Exposures(storage, waiting_most=2)
    await keep(storage, ANN)
    for number in range(3):
        exposures.note(somebodys(number))
    await exposures.write()
    assert await written(storage) == [0, 1]
    exposures.note(somebodys(2))
    await exposures.write()
    assert await written(storage) == [0, 1, 2]


async def test_what_this_process_has_forgotten_is_not_written_twice(storage: SqliteStorage) -> None:
    exposures = Exposures(storage, remembered=1)
    await keep(storage, ANN)
    await keep_exposure(storage, somebodys(1))
    for number in (1, 2, 1):
        exposures.note(replace(somebodys(number), at=START + timedelta(hours=number)))
    await exposures.write()
    first, _ = await storage.experiments.exposures_of(ANN.id)
    assert first == somebodys(1)
    assert await written(storage) == [1, 2]
    assert await events(storage) == ["ExperimentExposed"]


async def test_an_account_that_was_erased_meanwhile_is_passed_over(storage: SqliteStorage) -> None:
    exposures, erased = Exposures(storage), replace(ANN, version=2)
    await keep(storage, ANN)
    exposures.note(somebodys(1))
    work = storage.begin("tests.erase", ORIGIN)
    storage.accounts.erase(work, erased)
    await work.commit()
    await exposures.write()
    assert exposures.waiting == 0
    assert await written(storage) == []
