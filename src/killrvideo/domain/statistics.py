"""What two rates, or counts beside expected ones, say; with the standard library alone.

Sources: the interval of one rate is Wilson's score interval (E. B. Wilson, "Probable inference, the law of
succession, and statistical inference", Journal of the American Statistical Association 22, 1927). That of a
difference is Newcombe's hybrid score interval without continuity correction (R. G. Newcombe, "Interval
estimation for the difference between independent proportions: comparison of eleven methods", Statistics in
Medicine 17, 1998, method 10). The test of a difference is the two-proportion z test with pooled variance,
that of counts Pearson's chi-square test.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, gamma, sqrt
from statistics import NormalDist

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """Raises ZeroDivisionError where there is nobody."""
        return self.hits / self.of


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


def wilson(rate: Rate, confidence: float = CONFIDENCE) -> Interval:
    """In which the true rate lies, with this confidence. There must be somebody."""
    z, share, people = _z(confidence), rate.value, rate.of
    middle = share + z * z / (2 * people)
    reach = z * sqrt(share * (1 - share) / people + z * z / (4 * people * people))
    whole = 1 + z * z / people
    return Interval(max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole))


def newcombe(rate: Rate, against: Rate, confidence: float = CONFIDENCE) -> Interval:
    """In which the true ``rate`` minus ``against`` lies, with this confidence."""
    ours, theirs = wilson(rate, confidence), wilson(against, confidence)
    difference = rate.value - against.value
    down = sqrt((rate.value - ours.low) ** 2 + (theirs.high - against.value) ** 2)
    up = sqrt((ours.high - rate.value) ** 2 + (against.value - theirs.low) ** 2)
    return Interval(difference - down, difference + up)


def p_of_difference(one: Rate, other: Rate) -> float:
    """How likely a difference as large as this one is, on either side, if there is none in truth."""
    pooled = (one.hits + other.hits) / (one.of + other.of)
    variance = pooled * (1 - pooled) * (1 / one.of + 1 / other.of)
    if variance == 0:
        return 1.0
    return erfc(abs(one.value - other.value) / sqrt(2 * variance))


def chi_square(observed: Sequence[int], expected: Sequence[float]) -> float:
    return sum((seen - wanted) ** 2 / wanted for seen, wanted in zip(observed, expected, strict=True))


def p_of_chi_square(statistic: float, freedom: int) -> float:
    """How likely a statistic as large is, with so many degrees of freedom (1 or more).

    The regularised upper incomplete gamma function, by its recurrence in steps of one.
    """
    half = statistic / 2
    step, tail = (0.5, erfc(sqrt(half))) if freedom % 2 else (1.0, exp(-half))
    while step < freedom / 2:
        tail += half**step * exp(-half) / gamma(step + 1)
        step += 1
    return min(1.0, tail)


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)
