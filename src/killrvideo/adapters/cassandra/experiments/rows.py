"""Experiments and exposures as rows of their tables, and back; their guards, and what they count for."""

from hashlib import sha256

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import Row, Value
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.experiment_texts import arms_of, guardrails_of, text_of
from killrvideo.domain.experiments import Experiment, ExperimentState, Measure, experiment_id
from killrvideo.domain.exposures import Exposure
from killrvideo.domain.ids import AccountId

SELECT_EXPERIMENTS = """
SELECT key, description, arms, share, state, round, goal, guardrails, started_at, stopped_at, changed_at,
  version
FROM experiments
"""
PUT_EXPERIMENT = """
INSERT INTO experiments (house, key, description, arms, share, state, round, goal, guardrails, started_at,
  stopped_at, changed_at, version)
VALUES ('this', :key, :description, :arms, :share, :state, :round, :goal, :guardrails, :started_at,
  :stopped_at, :changed_at, :version)
USING TIMESTAMP :stamp
"""
SELECT_EXPOSURES = """
SELECT account_id, experiment, round, arm, at, viewed_at, liked_at, disliked_at, version FROM exposures
"""
PUT_EXPOSURE = """
INSERT INTO exposures (account_id, experiment, round, arm, at, viewed_at, liked_at, disliked_at, version)
VALUES (:account_id, :experiment, :round, :arm, :at, :viewed_at, :liked_at, :disliked_at, :version)
USING TIMESTAMP :stamp
"""
PEOPLE = "people"


def experiment_guard(key: str) -> str:
    """The guard of its version; and where a plan knows it by, as `Experiment`."""
    return f"experiment:{key}"


def exposure_guard(exposure: Exposure) -> str:
    """The guard of its version; whoever holds the key does not know who it is."""
    return f"exposure:{sha256(exposure.id.bytes).hexdigest()}"


def arm_subject(key: str, round_: int, arm: str, what: str) -> str:
    """What people of an arm are tallied for: all of them, or those who did what is measured."""
    return f"experiment {experiment_id(key).hex} {round_} {arm}: {what}"


def plan_exposure(plan: Plan, before: Exposure | None, after: Exposure) -> None:
    """Writes the row and what it counts for; the guard of its version is the caller's to plan."""
    plan.conclude(PUT_EXPOSURE, exposure_row(after))
    done = after.done - (before.done if before else frozenset())
    for what in (*([] if before else [PEOPLE]), *sorted(done)):
        subject = arm_subject(after.experiment, after.round, after.arm, what)
        plan.tally(subject, exposure_guard(after), videos=1)


def experiment_of(row: Row) -> Experiment:
    return Experiment(
        key=row["key"],
        description=row["description"],
        arms=arms_of(row["arms"]),
        share=row["share"],
        state=ExperimentState(row["state"]),
        round=row["round"],
        goal=Measure(row["goal"]),
        guardrails=guardrails_of(row["guardrails"]),
        started_at=aware(row["started_at"]),
        stopped_at=aware(row["stopped_at"]),
        changed_at=aware(row["changed_at"]),
        version=row["version"],
    )


def experiment_row(experiment: Experiment) -> dict[str, Value]:
    return {
        "key": experiment.key,
        "description": experiment.description,
        "arms": text_of(experiment.arms),
        "share": experiment.share,
        "state": experiment.state.value,
        "round": experiment.round,
        "goal": experiment.goal.value,
        "guardrails": text_of(experiment.guardrails),
        "started_at": experiment.started_at,
        "stopped_at": experiment.stopped_at,
        "changed_at": experiment.changed_at,
        "version": experiment.version,
    }


def exposure_of(row: Row) -> Exposure:
    return Exposure(
        account_id=AccountId(row["account_id"]),
        experiment=row["experiment"],
        round=row["round"],
        arm=row["arm"],
        at=aware(row["at"]),
        viewed_at=aware(row["viewed_at"]),
        liked_at=aware(row["liked_at"]),
        disliked_at=aware(row["disliked_at"]),
        version=row["version"],
    )


def exposure_row(exposure: Exposure) -> dict[str, Value]:
    return {
        "account_id": exposure.account_id,
        "experiment": exposure.experiment,
        "round": exposure.round,
        "arm": exposure.arm,
        "at": exposure.at,
        "viewed_at": exposure.viewed_at,
        "liked_at": exposure.liked_at,
        "disliked_at": exposure.disliked_at,
        "version": exposure.version,
    }
