"""Dealing people into arms, and what may change once they take part."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from killrvideo.domain.errors import ExperimentFixed, ExperimentTransition, InvalidExperiment
from killrvideo.domain.experiment_reports import RatioVerdict, sample_ratio
from killrvideo.domain.experiments import (
    BUCKETS,
    DECLARED,
    Arm,
    Experiment,
    ExperimentChange,
    ExperimentState,
    Guardrail,
    Measure,
    checked,
    share_of,
    with_declared,
)
from tests.builders.experiments import NEW, OLD, an_experiment, units
from tests.holding_still import START

SHARES = st.integers(0, BUCKETS)
ARMS = st.lists(st.integers(1, 1000), min_size=1, max_size=10).map(
    lambda weights: tuple(Arm(f"arm{number}", weight) for number, weight in enumerate(weights))
)
EXPERIMENTS = st.builds(
    lambda key, arms, share, round_: an_experiment(key=key, arms=arms, share=share, round=round_),
    st.from_regex(r"[a-z][a-z0-9_]{1,20}", fullmatch=True),
    ARMS,
    SHARES,
    st.integers(1, 9),
)
LATER = START + timedelta(days=1)
DRAFT = an_experiment(state=ExperimentState.DRAFT, started_at=None)


def changed(experiment: Experiment, **what: object) -> Experiment:
    return experiment.changed(ExperimentChange(**what), LATER)  # type: ignore[arg-type]


@given(EXPERIMENTS, st.uuids())
def test_everybody_is_dealt_one_of_the_arms_and_always_the_same(experiment: Experiment, unit: UUID) -> None:
    assert experiment.dealt(unit) in {arm.name for arm in experiment.arms}
    assert replace(experiment, version=9, description="").arm_for(unit) == experiment.arm_for(unit)


@given(EXPERIMENTS, SHARES, st.uuids())
def test_a_share_that_grows_moves_nobody(experiment: Experiment, share: int, unit: UUID) -> None:
    small, large = sorted((experiment.share, share))
    before = replace(experiment, share=small).arm_for(unit)
    if before is not None:
        assert replace(experiment, share=large).arm_for(unit) == before
    assert replace(experiment, share=BUCKETS).arm_for(unit) == experiment.dealt(unit)
    assert replace(experiment, share=0).arm_for(unit) is None


@given(EXPERIMENTS, st.sampled_from([ExperimentState.DRAFT, ExperimentState.STOPPED]), st.uuids())
def test_nobody_takes_part_in_what_does_not_run(
    experiment: Experiment, state: ExperimentState, unit: UUID
) -> None:
    assert replace(experiment, state=state).arm_for(unit) is None


@pytest.mark.parametrize("percent", [1, 10, 100])
@pytest.mark.parametrize("arms", [(OLD, NEW), (Arm("old", 9), Arm("new", 1)), (OLD, NEW, Arm("newer", 2))])
def test_people_are_spread_by_share_and_by_weights(percent: float, arms: tuple[Arm, ...]) -> None:
    everybody = units(20_000)
    experiment = an_experiment(arms=arms, share=share_of(percent))
    dealt = Counter(filter(None, map(experiment.arm_for, everybody)))
    assert sum(dealt.values()) == pytest.approx(len(everybody) * percent / 100, rel=0.15)
    assert sample_ratio({arm: dealt[arm.name] for arm in arms}).verdict is RatioVerdict.FITS


def test_two_experiments_and_two_rounds_deal_independently() -> None:
    first = an_experiment()
    for other in (an_experiment(key="shape"), replace(first, round=2)):
        both = Counter((first.dealt(unit), other.dealt(unit)) for unit in units(4000))
        assert min(both.values()) > 900


def test_it_starts_stops_and_goes_on() -> None:
    running = changed(DRAFT, state=ExperimentState.RUNNING)
    assert (running.started_at, running.version, running.changed_at) == (LATER, DRAFT.version + 1, LATER)
    stopped = changed(running, state=ExperimentState.STOPPED)
    assert stopped.stopped_at == LATER
    again = changed(stopped, state=ExperimentState.RUNNING)
    assert (again.started_at, again.stopped_at, again.round) == (LATER, None, 1)


def test_a_new_round_is_a_draft_in_which_all_may_change() -> None:
    stopped = an_experiment(state=ExperimentState.STOPPED, stopped_at=START)
    again = changed(stopped, state=ExperimentState.DRAFT, arms=[OLD, Arm("newer")], goal=Measure.LIKE)
    assert (again.round, again.started_at, again.stopped_at) == (2, None, None)
    assert again.arms == (OLD, Arm("newer"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ExperimentState.DRAFT, ExperimentState.STOPPED),
        (ExperimentState.RUNNING, ExperimentState.DRAFT),
    ],
)
def test_some_ways_are_not_open(before: ExperimentState, after: ExperimentState) -> None:
    with pytest.raises(ExperimentTransition):
        changed(an_experiment(state=before), state=after)


@pytest.mark.parametrize(
    "what",
    [
        {"arms": [OLD, Arm("new", 2)]},
        {"goal": Measure.LIKE},
        {"guardrails": [Guardrail(Measure.DISLIKE, 0.1)]},
    ],
)
@pytest.mark.parametrize("state", [ExperimentState.RUNNING, ExperimentState.STOPPED])
def test_what_is_compared_is_fixed_once_people_take_part(
    state: ExperimentState, what: dict[str, object]
) -> None:
    with pytest.raises(ExperimentFixed):
        changed(an_experiment(state=state), **what)
    assert changed(DRAFT, **what).version == DRAFT.version + 1


def test_what_changes_nothing_makes_no_version() -> None:
    running = an_experiment()
    assert changed(running, state=ExperimentState.RUNNING, share=running.share, arms=running.arms) is running


@pytest.mark.parametrize(
    "what",
    [
        {"key": "Colour"},
        {"key": "c"},
        {"arms": ()},
        {"arms": (OLD, OLD)},
        {"arms": (OLD, Arm("new", 0))},
        {"arms": (Arm("a b"),)},
        {"arms": tuple(Arm(f"arm{number}") for number in range(11))},
        {"share": BUCKETS + 1},
        {"share": -1},
        {"description": "?" * 501},
        {"guardrails": (Guardrail(Measure.VIEW, 1.1),)},
        {"guardrails": (Guardrail(Measure.VIEW, 0.1), Guardrail(Measure.VIEW, 0.2))},
    ],
)
def test_what_cannot_be_run_is_refused(what: dict[str, object]) -> None:
    with pytest.raises(InvalidExperiment):
        checked(an_experiment(**what))


def test_those_that_come_with_killrvideo_are_drafts_until_they_are_changed() -> None:
    assert {one.key for one in DECLARED} == {"recommender", "search_fusion"}
    assert all(checked(one).state is ExperimentState.DRAFT for one in DECLARED)
    running = changed(DECLARED[0], state=ExperimentState.RUNNING)
    every = with_declared([an_experiment(), running])
    assert [*every] == ["colour", "recommender", "search_fusion"]
    assert every["recommender"] is running
