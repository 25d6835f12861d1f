"""What an experiment shows: rates of each arm, their differences, and whether they can be believed."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from killrvideo.domain.experiments import Arm, Experiment, Guardrail, Measure
from killrvideo.domain.exposures import ArmCounts
from killrvideo.domain.statistics import (
    Interval,
    Rate,
    chi_square,
    newcombe,
    p_of_chi_square,
    p_of_difference,
    wilson,
)

MISMATCH_BELOW = 0.001
"""A deal as uneven as this one would come by chance less often: then no rate is to be believed."""
LEAST_EXPECTED = 5
"""People that each arm must expect for the chi-square test to hold."""


class RatioVerdict(StrEnum):
    FITS = "fits"
    MISMATCH = "mismatch"
    """People got lost in some arm, or were counted that were not dealt: find out why, and begin again."""
    TOO_FEW = "too_few"


class GuardrailVerdict(StrEnum):
    HOLDS = "holds"
    BROKEN = "broken"
    UNDECIDED = "undecided"
    """There are too few people to tell."""


@dataclass(frozen=True, slots=True)
class MeasuredRate:
    measure: Measure
    rate: Rate
    interval: Interval | None
    """None while nobody was exposed."""

    @property
    def value(self) -> float | None:
        return self.rate.value if self.rate.of else None


@dataclass(frozen=True, slots=True)
class ArmReport:
    arm: Arm
    people: int
    rates: tuple[MeasuredRate, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """An arm beside the first one."""

    arm: str
    measure: Measure
    difference: float
    interval: Interval
    p_value: float


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """Whether people are spread over the arms as their weights say."""

    verdict: RatioVerdict
    chi_square: float | None = None
    p_value: float | None = None


@dataclass(frozen=True, slots=True)
class GuardrailReport:
    guardrail: Guardrail
    arm: str
    verdict: GuardrailVerdict
    worse_by: Interval | None
    """How much worse than the first arm it may be, at least and at most."""


@dataclass(frozen=True, slots=True)
class Report:
    experiment: Experiment
    arms: tuple[ArmReport, ...]
    comparisons: tuple[Comparison, ...]
    """None with an arm in which there is nobody yet."""
    sample_ratio: SampleRatio
    guardrails: tuple[GuardrailReport, ...]


def report_of(experiment: Experiment, counts: Mapping[str, ArmCounts]) -> Report:
    """``counts`` are of the present round, by the names of arms; where one is missing there is nobody."""
    each = {arm.name: counts.get(arm.name, ArmCounts()) for arm in experiment.arms}
    first, *others = experiment.arms
    return Report(
        experiment=experiment,
        arms=tuple(_arm_report(arm, each[arm.name]) for arm in experiment.arms),
        comparisons=tuple(
            _comparison(arm.name, measure, each[arm.name], each[first.name])
            for measure in Measure
            for arm in others
            if each[arm.name].people and each[first.name].people
        ),
        sample_ratio=sample_ratio({arm: each[arm.name].people for arm in experiment.arms}),
        guardrails=tuple(
            _guardrail_report(rail, arm.name, each[arm.name], each[first.name])
            for rail in experiment.guardrails
            for arm in others
        ),
    )


def sample_ratio(people: Mapping[Arm, int]) -> SampleRatio:
    """By the number of people of each arm."""
    weights, everybody = sum(arm.weight for arm in people), sum(people.values())
    expected = [everybody * arm.weight / weights for arm in people]
    if len(people) < 2 or min(expected) < LEAST_EXPECTED:
        return SampleRatio(RatioVerdict.TOO_FEW)
    statistic = chi_square([*people.values()], expected)
    p_value = p_of_chi_square(statistic, len(people) - 1)
    verdict = RatioVerdict.MISMATCH if p_value < MISMATCH_BELOW else RatioVerdict.FITS
    return SampleRatio(verdict, statistic, p_value)


def _arm_report(arm: Arm, counts: ArmCounts) -> ArmReport:
    rates = [(measure, Rate(counts.of(measure), counts.people)) for measure in Measure]
    return ArmReport(
        arm,
        counts.people,
        tuple(MeasuredRate(measure, rate, wilson(rate) if rate.of else None) for measure, rate in rates),
    )


def _comparison(arm: str, measure: Measure, counts: ArmCounts, first: ArmCounts) -> Comparison:
    rate, against = Rate(counts.of(measure), counts.people), Rate(first.of(measure), first.people)
    return Comparison(
        arm, measure, rate.value - against.value, newcombe(rate, against), p_of_difference(rate, against)
    )


def _guardrail_report(rail: Guardrail, arm: str, counts: ArmCounts, first: ArmCounts) -> GuardrailReport:
    if not counts.people or not first.people:
        return GuardrailReport(rail, arm, GuardrailVerdict.UNDECIDED, None)
    rate, against = (Rate(side.of(rail.measure), side.people) for side in (counts, first))
    worse_by = newcombe(against, rate) if rail.measure.more_is_better else newcombe(rate, against)
    return GuardrailReport(rail, arm, _verdict(rail, worse_by), worse_by)


def _verdict(rail: Guardrail, worse_by: Interval) -> GuardrailVerdict:
    if worse_by.high <= rail.tolerance:
        return GuardrailVerdict.HOLDS
    return GuardrailVerdict.BROKEN if worse_by.low > rail.tolerance else GuardrailVerdict.UNDECIDED
