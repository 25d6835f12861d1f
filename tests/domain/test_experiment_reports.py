"""What a report says of counts: differences, guard-rails, and whether the deal was fair."""

import pytest

from killrvideo.domain.experiment_reports import GuardrailVerdict, RatioVerdict, report_of, sample_ratio
from killrvideo.domain.experiments import Arm, Guardrail, Measure
from killrvideo.domain.exposures import ArmCounts
from tests.builders.experiments import NEW, OLD, an_experiment


def counts(people: int = 1000, viewed: int = 0, liked: int = 0, disliked: int = 0) -> ArmCounts:
    return ArmCounts(people=people, viewed=viewed, liked=liked, disliked=disliked)


def test_rates_and_their_difference_stand_beside_each_other() -> None:
    report = report_of(an_experiment(), {"old": counts(viewed=200), "new": counts(viewed=260)})

    assert [[rate.value for rate in arm.rates] for arm in report.arms] == [[0.2, 0, 0], [0.26, 0, 0]]
    [views] = [one for one in report.comparisons if one.measure is Measure.VIEW]
    assert views.arm == "new"
    assert views.difference == pytest.approx(0.06)
    assert 0 < views.interval.low < 0.06 < views.interval.high
    assert views.p_value < 0.01
    [likes] = [one for one in report.comparisons if one.measure is Measure.LIKE]
    assert (likes.difference, likes.p_value) == (0, 1)


def test_every_arm_is_compared_with_the_first() -> None:
    arms = (OLD, NEW, Arm("newer"))
    report = report_of(an_experiment(arms=arms), {arm.name: counts() for arm in arms})
    assert {one.arm for one in report.comparisons} == {"new", "newer"}


@pytest.mark.parametrize("known", [{}, {"old": counts()}, {"new": counts()}, {"gone": counts()}])
def test_where_nobody_is_nothing_is_compared(known: dict[str, ArmCounts]) -> None:
    rails = (Guardrail(Measure.DISLIKE, 0.01),)
    report = report_of(an_experiment(guardrails=rails), known)
    assert report.comparisons == ()
    assert report.sample_ratio.verdict is not RatioVerdict.FITS
    assert [rail.verdict for rail in report.guardrails] == [GuardrailVerdict.UNDECIDED]


def test_an_experiment_with_one_arm_has_nothing_to_compare() -> None:
    report = report_of(an_experiment(arms=(Arm("on"),)), {"on": counts(viewed=7)})
    assert report.arms[0].rates[0].value == 0.007
    assert (report.comparisons, report.sample_ratio.verdict) == ((), RatioVerdict.TOO_FEW)


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        (10_000, 10_000, RatioVerdict.FITS),
        (10_080, 9_920, RatioVerdict.FITS),
        (10_400, 9_600, RatioVerdict.MISMATCH),
        (5, 5, RatioVerdict.FITS),
        (5, 4, RatioVerdict.TOO_FEW),
    ],
)
def test_an_uneven_deal_is_told(old: int, new: int, verdict: RatioVerdict) -> None:
    assert sample_ratio({OLD: old, NEW: new}).verdict is verdict


def test_an_uneven_deal_is_measured_by_the_weights() -> None:
    nine, one = Arm("old", 9), Arm("new", 1)
    assert sample_ratio({nine: 9000, one: 1000}).p_value == 1
    assert sample_ratio({nine: 5000, one: 5000}).verdict is RatioVerdict.MISMATCH


@pytest.mark.parametrize(
    ("disliked", "verdict"),
    [(40, GuardrailVerdict.HOLDS), (60, GuardrailVerdict.UNDECIDED), (120, GuardrailVerdict.BROKEN)],
)
def test_a_guardrail_holds_breaks_or_needs_more_people(disliked: int, verdict: GuardrailVerdict) -> None:
    rails = (Guardrail(Measure.DISLIKE, 0.02),)
    known = {"old": counts(disliked=40), "new": counts(disliked=disliked)}
    [rail] = report_of(an_experiment(guardrails=rails), known).guardrails
    assert rail.verdict is verdict


def test_fewer_views_are_worse_and_more_are_not() -> None:
    rails = (Guardrail(Measure.VIEW, 0.02),)
    for old, new, verdict in ((500, 300, GuardrailVerdict.BROKEN), (300, 500, GuardrailVerdict.HOLDS)):
        known = {"old": counts(viewed=old), "new": counts(viewed=new)}
        [rail] = report_of(an_experiment(guardrails=rails), known).guardrails
        assert rail.verdict is verdict
