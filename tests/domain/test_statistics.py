"""Intervals and tests: against published figures, and against another implementation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from killrvideo.domain.statistics import (
    Rate,
    chi_square,
    newcombe,
    p_of_chi_square,
    p_of_difference,
    wilson,
)

RATES = st.integers(1, 5000).flatmap(lambda of: st.builds(Rate, st.integers(0, of), st.just(of)))


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        (Rate(56, 70), Rate(48, 80), 0.0524, 0.3339),
        (Rate(9, 10), Rate(3, 10), 0.1705, 0.8090),
        (Rate(10, 10), Rate(0, 10), 0.6075, 1.0000),
        (Rate(0, 10), Rate(0, 10), -0.2775, 0.2775),
    ],
)
def test_intervals_of_differences_are_those_of_newcombes_paper(
    one: Rate, other: Rate, low: float, high: float
) -> None:
    interval = newcombe(one, other)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-4)


@given(RATES)
def test_the_interval_of_a_rate_is_wilsons(rate: Rate) -> None:
    known = stats.binomtest(rate.hits, rate.of).proportion_ci(method="wilson")
    interval = wilson(rate)
    assert (interval.low, interval.high) == pytest.approx((known.low, known.high))


@given(RATES, RATES)
def test_an_interval_has_the_difference_in_it_and_turns_with_it(one: Rate, other: Rate) -> None:
    interval, turned = newcombe(one, other), newcombe(other, one)
    assert -1 - 1e-9 <= interval.low <= one.value - other.value <= interval.high <= 1 + 1e-9
    assert (-turned.high, -turned.low) == pytest.approx((interval.low, interval.high))


@given(RATES, RATES)
def test_a_difference_is_as_likely_as_by_the_chi_square_test_of_two_by_two(one: Rate, other: Rate) -> None:
    hits = one.hits + other.hits
    if hits in {0, one.of + other.of}:
        assert p_of_difference(one, other) == 1
        return
    table = [[one.hits, one.of - one.hits], [other.hits, other.of - other.hits]]
    known = stats.chi2_contingency(table, correction=False).pvalue
    assert p_of_difference(one, other) == pytest.approx(known, abs=1e-9)


@given(st.floats(0, 200), st.integers(1, 12))
def test_the_tail_of_chi_square_is_the_known_one(statistic: float, freedom: int) -> None:
    assert p_of_chi_square(statistic, freedom) == pytest.approx(stats.chi2.sf(statistic, freedom), abs=1e-12)


def test_what_is_as_expected_has_no_distance() -> None:
    assert chi_square([30, 10], [30.0, 10.0]) == 0
    assert chi_square([9600, 10400], [10000.0, 10000.0]) == 32
