"""Who met which arm of an experiment when, and what they did in the days after."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from killrvideo.domain.experiments import Experiment, Measure, experiment_id
from killrvideo.domain.ids import AccountId

ATTRIBUTED_FOR = timedelta(days=7)
"""What somebody does later than this after the first exposure is not put down to the arm."""
LIKED_FROM = 4
DISLIKED_UP_TO = 2
"""Stars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """The first time that an account met its arm in a round; and when it first did what is measured."""

    experiment: str
    """Its key."""
    round: int
    account_id: AccountId
    """A number that stands for nobody once the account was erased."""
    arm: str
    at: datetime
    viewed_at: datetime | None = None
    liked_at: datetime | None = None
    disliked_at: datetime | None = None
    version: int = 1

    @property
    def id(self) -> UUID:
        return uuid5(experiment_id(self.experiment), f"{self.round}:{self.account_id.hex}")

    def after(self, measure: Measure, at: datetime) -> "Exposure":
        """The next version, in which the account did it at the instant; the exposure itself if it had done
        it before, or if the instant is before the exposure or too long after it.
        """
        if self.done_at(measure) is not None or not self.at <= at < self.at + ATTRIBUTED_FOR:
            return self
        version = self.version + 1
        match measure:
            case Measure.VIEW:
                return replace(self, viewed_at=at, version=version)
            case Measure.LIKE:
                return replace(self, liked_at=at, version=version)
            case Measure.DISLIKE:
                return replace(self, disliked_at=at, version=version)

    def done_at(self, measure: Measure) -> datetime | None:
        match measure:
            case Measure.VIEW:
                return self.viewed_at
            case Measure.LIKE:
                return self.liked_at
            case Measure.DISLIKE:
                return self.disliked_at

    @property
    def done(self) -> frozenset[Measure]:
        return frozenset(measure for measure in Measure if self.done_at(measure) is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmCounts:
    """People of an arm: how many there are, and how many of them did what is measured."""

    people: int = 0
    viewed: int = 0
    liked: int = 0
    disliked: int = 0

    def of(self, measure: Measure) -> int:
        match measure:
            case Measure.VIEW:
                return self.viewed
            case Measure.LIKE:
                return self.liked
            case Measure.DISLIKE:
                return self.disliked


def exposure_to(experiment: Experiment, account_id: AccountId, arm: str, at: datetime) -> Exposure:
    return Exposure(experiment=experiment.key, round=experiment.round, account_id=account_id, arm=arm, at=at)


def measure_of_rating(stars: int) -> Measure | None:
    """None for a rating that is neither."""
    if stars >= LIKED_FROM:
        return Measure.LIKE
    return Measure.DISLIKE if stars <= DISLIKED_UP_TO else None
