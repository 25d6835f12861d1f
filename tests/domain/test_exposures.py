"""What is put down to an arm: what is done after the exposure, within a week, and once."""

from datetime import timedelta

import pytest

from killrvideo.domain.experiments import Measure
from killrvideo.domain.exposures import ArmCounts, measure_of_rating
from tests.builders.accounts import an_account
from tests.builders.experiments import an_exposure
from tests.holding_still import START

WEEK = timedelta(days=7)
INSTANT = timedelta(milliseconds=1)


@pytest.mark.parametrize("measure", Measure)
def test_what_is_done_within_a_week_counts(measure: Measure) -> None:
    exposure = an_exposure(an_account())
    for at in (START, START + WEEK - INSTANT):
        after = exposure.after(measure, at)
        assert (after.done_at(measure), after.version) == (at, 2)
        assert after.done == frozenset({measure})


@pytest.mark.parametrize("measure", Measure)
def test_what_was_done_before_or_long_after_does_not_count(measure: Measure) -> None:
    exposure = an_exposure(an_account())
    for at in (START - INSTANT, START + WEEK):
        assert exposure.after(measure, at) is exposure


@pytest.mark.parametrize("measure", Measure)
def test_only_the_first_time_counts(measure: Measure) -> None:
    once = an_exposure(an_account()).after(measure, START)
    assert once.after(measure, START + INSTANT) is once


def test_measures_do_not_hinder_each_other() -> None:
    exposure = an_exposure(an_account())
    for measure in Measure:
        exposure = exposure.after(measure, START)
    assert exposure.done == frozenset(Measure)
    assert exposure.version == 4


def test_an_exposure_is_named_by_who_met_what_in_which_round() -> None:
    account = an_account()
    exposure = an_exposure(account)
    assert exposure.id == an_exposure(account, at=START + WEEK).id
    others = {an_exposure(an_account()).id, an_exposure(account, round=2).id}
    assert exposure.id not in others


@pytest.mark.parametrize(
    ("stars", "measure"), [(1, "dislike"), (2, "dislike"), (3, None), (4, "like"), (5, "like")]
)
def test_stars_are_likes_dislikes_or_neither(stars: int, measure: str | None) -> None:
    assert measure_of_rating(stars) == measure


def test_counts_are_found_by_their_measure() -> None:
    counts = ArmCounts(people=9, viewed=5, liked=3, disliked=1)
    assert [counts.of(measure) for measure in Measure] == [5, 3, 1]
