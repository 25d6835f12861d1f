"""Experiments: arms that are compared, who is dealt which one, and what may change while people take part.

Who takes part, and in which arm, follows from two hashes of the experiment's key and round and the account's
id: nothing is looked up, every process deals alike, and a share that grows adds people without moving
anybody. A flag that is only switched on for a growing share is an experiment with one arm.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from killrvideo.domain.errors import ExperimentFixed, ExperimentTransition, InvalidExperiment
from killrvideo.domain.ids import ExperimentId

BUCKETS = 10_000
"""A share is a number of them: 1 percent is 100."""
WORD = r"[a-z][a-z0-9_]{1,49}"
ARMS_MOST = 10
WEIGHTS = range(1, 1001)
DESCRIPTION_LONGEST = 500
NAMESPACE = UUID("5f3b7f5e-6c0e-4c39-9f51-7b6f2d1c8a4e")


class ExperimentState(StrEnum):
    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"
    """Everybody is served as if there were no experiment."""


TRANSITIONS: dict[ExperimentState, frozenset[ExperimentState]] = {
    ExperimentState.DRAFT: frozenset({ExperimentState.RUNNING}),
    ExperimentState.RUNNING: frozenset({ExperimentState.STOPPED}),
    ExperimentState.STOPPED: frozenset({ExperimentState.RUNNING, ExperimentState.DRAFT}),
}


class Measure(StrEnum):
    """What somebody did at least once in the days after being exposed."""

    VIEW = "view"
    LIKE = "like"
    DISLIKE = "dislike"

    @property
    def more_is_better(self) -> bool:
        return self is not Measure.DISLIKE


@dataclass(frozen=True, slots=True)
class Arm:
    name: str
    weight: int = 1
    """Of the people who take part, an arm gets its weight's share of all weights."""


@dataclass(frozen=True, slots=True)
class Guardrail:
    """What must not get worse than in the first arm, whatever else gets better."""

    measure: Measure
    tolerance: float
    """How much worse the rate may be: 0.01 is one person in a hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentChange:
    """What is None stays as it is."""

    description: str | None = None
    arms: Sequence[Arm] | None = None
    share: int | None = None
    state: ExperimentState | None = None
    goal: Measure | None = None
    guardrails: Sequence[Guardrail] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    key: str
    description: str
    arms: tuple[Arm, ...]
    """The first is the one that the others are compared with."""
    share: int = 0
    """How many of all buckets take part."""
    state: ExperimentState = ExperimentState.DRAFT
    round: int = 1
    """Each round deals anew, and is counted by itself."""
    goal: Measure = Measure.VIEW
    """What the experiment is decided by; said before it starts."""
    guardrails: tuple[Guardrail, ...] = ()
    started_at: datetime | None = None
    """When its round began; None in a draft."""
    stopped_at: datetime | None = None
    changed_at: datetime | None = None
    """None for one that comes with KillrVideo and was never changed."""
    version: int = 1

    @property
    def id(self) -> ExperimentId:
        return experiment_id(self.key)

    @property
    def percent(self) -> float:
        return self.share * 100 / BUCKETS

    def arm_for(self, unit: UUID) -> str | None:
        """The arm in which the unit takes part now; None for one that does not."""
        if self.state is not ExperimentState.RUNNING or self._bucket("share", unit) >= self.share:
            return None
        return self.dealt(unit)

    def dealt(self, unit: UUID) -> str:
        """The arm of a unit if it takes part, whatever the share is."""
        rest = self._bucket("arm", unit) * sum(arm.weight for arm in self.arms) // BUCKETS
        for arm in self.arms:
            rest -= arm.weight
            if rest < 0:
                return arm.name
        raise AssertionError("Weights are above 0, and a bucket is below all of them.")

    def changed(self, change: ExperimentChange, at: datetime) -> "Experiment":
        """The next version, or the experiment itself if nothing is different.

        Raises ExperimentTransition, ExperimentFixed, InvalidExperiment.
        """
        changed = self._moved(change.state or self.state, at)
        given = {name: value for name, value in _given(change).items() if value is not None}
        changed = replace(changed, **given)
        if self.state is not ExperimentState.DRAFT and changed.state is not ExperimentState.DRAFT:
            self._refuse_other_rules(changed)
        if changed == self:
            return self
        return checked(replace(changed, changed_at=at, version=self.version + 1))

    def _bucket(self, purpose: str, unit: UUID) -> int:
        digest = sha256(f"{purpose}:{self.key}:{self.round}:{unit.hex}".encode()).digest()
        return int.from_bytes(digest[:8]) % BUCKETS

    def _moved(self, state: ExperimentState, at: datetime) -> "Experiment":
        match self.state, state:
            case before, after if before is after:
                return self
            case before, after if after not in TRANSITIONS[before]:
                raise ExperimentTransition(f"An experiment that is {before} cannot become {after}.")
            case _, ExperimentState.DRAFT:
                return replace(self, state=state, round=self.round + 1, started_at=None, stopped_at=None)
            case _, ExperimentState.RUNNING:
                return replace(self, state=state, started_at=self.started_at or at, stopped_at=None)
        return replace(self, state=state, stopped_at=at)

    def _refuse_other_rules(self, changed: "Experiment") -> None:
        rules = (self.arms, self.goal, self.guardrails)
        if rules != (changed.arms, changed.goal, changed.guardrails):
            raise ExperimentFixed(
                "Arms, weights, goal and guard-rails are fixed once people take part: stop the experiment "
                "and make it a draft again, which begins another round."
            )


def experiment_id(key: str) -> ExperimentId:
    """By which events and the audit trail name it."""
    return ExperimentId(uuid5(NAMESPACE, key))


def share_of(percent: float) -> int:
    """The share in buckets, to the nearest hundredth of a percent."""
    return round(percent * BUCKETS / 100)


def checked(experiment: Experiment) -> Experiment:
    """The experiment itself, if it can be run; raises InvalidExperiment."""
    names = [arm.name for arm in experiment.arms]
    if not re.fullmatch(WORD, experiment.key):
        raise _invalid("A key has 2 to 50 small letters, digits and underscores, a letter first.", "/key")
    if not 1 <= len(names) <= ARMS_MOST or len(set(names)) < len(names):
        raise _invalid(f"An experiment has 1 to {ARMS_MOST} arms, each with a name of its own.", "/arms")
    if any(not re.fullmatch(WORD, name) for name in names):
        raise _invalid("An arm's name has 2 to 50 small letters, digits and underscores.", "/arms")
    if any(arm.weight not in WEIGHTS for arm in experiment.arms):
        raise _invalid(f"A weight is a whole number from 1 to {WEIGHTS.stop - 1}.", "/arms")
    if not 0 <= experiment.share <= BUCKETS:
        raise _invalid("A share is 0 to 100 percent.", "/sharePercent")
    if len(experiment.description) > DESCRIPTION_LONGEST:
        raise _invalid(f"A description has at most {DESCRIPTION_LONGEST} characters.", "/description")
    if any(not 0 <= rail.tolerance <= 1 for rail in experiment.guardrails):
        raise _invalid("The tolerance of a guard-rail is from 0 to 1.", "/guardrails")
    if len({rail.measure for rail in experiment.guardrails}) < len(experiment.guardrails):
        raise _invalid("Each measure has one guard-rail at most.", "/guardrails")
    return experiment


def _given(change: ExperimentChange) -> dict[str, Any]:
    return {
        "description": None if change.description is None else change.description.strip(),
        "arms": None if change.arms is None else tuple(change.arms),
        "share": change.share,
        "goal": change.goal,
        "guardrails": None if change.guardrails is None else tuple(change.guardrails),
    }


def _invalid(sentence: str, pointer: str) -> InvalidExperiment:
    return InvalidExperiment(sentence, pointer=pointer)


RECOMMENDER = "recommender"
SEARCH_FUSION = "search_fusion"
DECLARED = (
    Experiment(
        key=RECOMMENDER,
        description="Does what was learned from everybody recommend better than content alone?",
        arms=(Arm("learned"), Arm("content")),
        guardrails=(Guardrail(Measure.DISLIKE, 0.01),),
    ),
    Experiment(
        key=SEARCH_FUSION,
        description="Do words and meaning together find better than words alone?",
        arms=(Arm("hybrid"), Arm("keyword")),
        guardrails=(Guardrail(Measure.DISLIKE, 0.01),),
    ),
)
"""Those that the code asks about; drafts until somebody starts them."""


def with_declared(stored: Sequence[Experiment]) -> dict[str, Experiment]:
    """Every experiment by its key: those that were changed as they are stored, the rest as declared."""
    together = {one.key: one for one in (*DECLARED, *stored)}
    return dict(sorted(together.items()))
