"""Experiments as clients send and read them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from killrvideo.api.answers import Answer, Body
from killrvideo.api.numbers import WHOLE
from killrvideo.api.text import Text
from killrvideo.domain import experiments
from killrvideo.domain.experiments import (
    ARMS_MOST,
    DESCRIPTION_LONGEST,
    WEIGHTS,
    WORD,
    ExperimentChange,
    ExperimentState,
    Measure,
    share_of,
)

Word = Annotated[str, Field(pattern=f"^{WORD}$")]
"""The pattern leaves nothing through that `Text` would refuse, and stands in the schema only without it."""
Description = Annotated[Text, Field(max_length=DESCRIPTION_LONGEST)]
Percent = Annotated[float, Field(strict=True, ge=0, le=100)]


class ArmRequest(Body):
    name: Word
    """What the code is answered."""
    weight: Annotated[int, Field(strict=True, ge=WEIGHTS.start, le=WEIGHTS.stop - 1), WHOLE] = 1
    """Of the people who take part, an arm gets its weight's share of all weights."""


class GuardrailRequest(Body):
    measure: Measure
    """What must not get worse."""
    tolerance: Annotated[float, Field(strict=True, ge=0, le=1)]
    """How much worse than in the first arm the rate may be: 0.01 is one person in a hundred."""


Arms = Annotated[list[ArmRequest], Field(min_length=1, max_length=ARMS_MOST)]
Guardrails = Annotated[list[GuardrailRequest], Field(max_length=len(Measure))]


class ExperimentCreateRequest(Body):
    key: Word
    """What the code asks for; it cannot be changed."""
    description: Description = ""
    """What is tried, and what is expected of it."""
    arms: Arms
    """The first is the one that the others are compared with."""
    sharePercent: Percent = 0.0
    """How many people take part once it runs, to a hundredth."""
    goal: Measure = Measure.VIEW
    """What it is decided by."""
    guardrails: Guardrails = Field(default_factory=list)
    """What must not get worse, whatever else gets better."""

    def told(self) -> experiments.Experiment:
        return experiments.Experiment(
            key=self.key,
            description=self.description.strip(),
            arms=_arms(self.arms),
            share=share_of(self.sharePercent),
            goal=self.goal,
            guardrails=_guardrails(self.guardrails),
        )


class ExperimentUpdateRequest(Body):
    """What is left out stays as it is."""

    description: Description | None = None
    """What is tried, and what is expected of it."""
    arms: Arms | None = None
    """Only in a draft."""
    sharePercent: Percent | None = None
    """May grow and shrink at any time: nobody changes arms."""
    state: ExperimentState | None = None
    """`stopped` is the kill switch. From `stopped` to `draft` a new round begins."""
    goal: Measure | None = None
    """Only in a draft."""
    guardrails: Guardrails | None = None
    """Only in a draft."""

    def told(self) -> ExperimentChange:
        return ExperimentChange(
            description=self.description,
            arms=None if self.arms is None else _arms(self.arms),
            share=None if self.sharePercent is None else share_of(self.sharePercent),
            state=self.state,
            goal=self.goal,
            guardrails=None if self.guardrails is None else _guardrails(self.guardrails),
        )


class Arm(Answer):
    name: str
    weight: int


class Guardrail(Answer):
    measure: Measure
    tolerance: float
    """How much worse than in the first arm the rate may be."""


class Experiment(Answer):
    key: str
    description: str
    arms: list[Arm]
    """The first is the one that the others are compared with."""
    sharePercent: float
    state: ExperimentState
    round: int
    """Each round deals people anew, and is counted by itself."""
    goal: Measure
    """What it is decided by."""
    guardrails: list[Guardrail]
    startedAt: datetime | None
    """When its round began; null in a draft."""
    stoppedAt: datetime | None
    """Null unless it is stopped."""
    changedAt: datetime | None
    """Null for one that comes with KillrVideo and was never changed."""


def spelled(experiment: experiments.Experiment) -> Experiment:
    return Experiment(
        key=experiment.key,
        description=experiment.description,
        arms=[Arm(name=arm.name, weight=arm.weight) for arm in experiment.arms],
        sharePercent=experiment.percent,
        state=experiment.state,
        round=experiment.round,
        goal=experiment.goal,
        guardrails=[
            Guardrail(measure=rail.measure, tolerance=rail.tolerance) for rail in experiment.guardrails
        ],
        startedAt=experiment.started_at,
        stoppedAt=experiment.stopped_at,
        changedAt=experiment.changed_at,
    )


def _arms(bodies: list[ArmRequest]) -> tuple[experiments.Arm, ...]:
    return tuple(experiments.Arm(body.name, body.weight) for body in bodies)


def _guardrails(bodies: list[GuardrailRequest]) -> tuple[experiments.Guardrail, ...]:
    return tuple(experiments.Guardrail(body.measure, body.tolerance) for body in bodies)
