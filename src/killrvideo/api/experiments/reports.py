"""What experiments show, as clients read it."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from killrvideo.api.answers import Answer, Count
from killrvideo.domain import experiment_reports as reports
from killrvideo.domain import statistics
from killrvideo.domain.experiment_reports import GuardrailVerdict, RatioVerdict
from killrvideo.domain.experiments import ExperimentState, Measure
from killrvideo.domain.exposures import ATTRIBUTED_FOR
from killrvideo.domain.statistics import CONFIDENCE

Probability = Annotated[float, Field(ge=0, le=1)]


class Interval(Answer):
    low: float
    high: float


class ArmRate(Answer):
    measure: Measure
    people: Count
    """How many did it at least once in the days after they were first exposed."""
    rate: Probability | None
    """Of all people of the arm; null while there is nobody."""
    interval: Interval | None
    """In which the true rate lies, with the report's confidence (Wilson); null while there is nobody."""


class ArmReport(Answer):
    name: str
    weight: int
    people: Count
    """How many met the arm in this round."""
    rates: list[ArmRate]


class Comparison(Answer):
    """An arm beside the first one."""

    name: str
    measure: Measure
    difference: float
    """Its rate minus that of the first arm."""
    interval: Interval
    """In which the true difference lies, with the report's confidence (Newcombe)."""
    pValue: Probability
    """How likely a difference as large is by chance alone (two-proportion z test)."""


class SampleRatio(Answer):
    """Whether people are spread over the arms as their weights say."""

    verdict: RatioVerdict
    """With `mismatch` no rate is to be believed: people got lost, or were counted who were not dealt."""
    chiSquare: float | None
    """Null with too few people to test."""
    pValue: Probability | None
    """Below 0.001 it is a mismatch; null with too few people to test."""


class GuardrailReport(Answer):
    name: str
    """The arm."""
    measure: Measure
    tolerance: float
    worseBy: Interval | None
    """By how much it is worse than the first arm, at least and at most; null while there is nobody."""
    verdict: GuardrailVerdict


class ExperimentReport(Answer):
    """What the present round shows. It is to be read once, when as many people took part as were planned:
    whoever looks every day finds a difference by chance on one of the days.
    """

    key: str
    state: ExperimentState
    round: int
    startedAt: datetime | None
    """When the round began; null in a draft."""
    stoppedAt: datetime | None
    """Null unless it is stopped."""
    sharePercent: float
    goal: Measure
    """What it is decided by; the other measures only explain."""
    confidence: Probability
    attributedDays: int
    """What people do later than this after they were first exposed is not counted."""
    arms: list[ArmReport]
    comparisons: list[Comparison]
    sampleRatio: SampleRatio
    guardrails: list[GuardrailReport]


def spelled(report: reports.Report) -> ExperimentReport:
    experiment, ratio = report.experiment, report.sample_ratio
    return ExperimentReport(
        key=experiment.key,
        state=experiment.state,
        round=experiment.round,
        startedAt=experiment.started_at,
        stoppedAt=experiment.stopped_at,
        sharePercent=experiment.percent,
        goal=experiment.goal,
        confidence=CONFIDENCE,
        attributedDays=ATTRIBUTED_FOR.days,
        arms=[_arm(arm) for arm in report.arms],
        comparisons=[_comparison(comparison) for comparison in report.comparisons],
        sampleRatio=SampleRatio(verdict=ratio.verdict, chiSquare=ratio.chi_square, pValue=ratio.p_value),
        guardrails=[_guardrail(rail) for rail in report.guardrails],
    )


def _arm(arm: reports.ArmReport) -> ArmReport:
    rates = [
        ArmRate(measure=one.measure, people=one.rate.hits, rate=one.value, interval=_interval(one.interval))
        for one in arm.rates
    ]
    return ArmReport(name=arm.arm.name, weight=arm.arm.weight, people=arm.people, rates=rates)


def _comparison(comparison: reports.Comparison) -> Comparison:
    return Comparison(
        name=comparison.arm,
        measure=comparison.measure,
        difference=comparison.difference,
        interval=Interval(low=comparison.interval.low, high=comparison.interval.high),
        pValue=comparison.p_value,
    )


def _guardrail(report: reports.GuardrailReport) -> GuardrailReport:
    return GuardrailReport(
        name=report.arm,
        measure=report.guardrail.measure,
        tolerance=report.guardrail.tolerance,
        worseBy=_interval(report.worse_by),
        verdict=report.verdict,
    )


def _interval(interval: statistics.Interval | None) -> Interval | None:
    return None if interval is None else Interval(low=interval.low, high=interval.high)
