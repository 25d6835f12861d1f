"""Experiments and exposures in SQLite: a row each, and people counted from their rows."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from killrvideo.adapters.experiment_texts import arms_of, guardrails_of, text_of
from killrvideo.adapters.sqlite.database import Binding, Database, Row
from killrvideo.adapters.sqlite.units import statements
from killrvideo.domain.errors import AlreadyExposed, StaleVersion
from killrvideo.domain.experiments import Experiment, ExperimentState, Measure
from killrvideo.domain.exposures import ArmCounts, Exposure
from killrvideo.domain.ids import AccountId
from killrvideo.domain.instants import from_millis, to_millis
from killrvideo.service_interfaces.units import UnitOfWork

SELECT_EXPERIMENT = """
SELECT key, description, arms, share, state, round, goal, guardrails, started_at, stopped_at, changed_at,
  version
FROM experiments
"""
GET = f"{SELECT_EXPERIMENT} WHERE key = ?"
ALL = f"{SELECT_EXPERIMENT} ORDER BY key"
ADD = """
INSERT INTO experiments (
  description, arms, share, state, round, goal, guardrails, started_at, stopped_at, changed_at, version, key
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
REPLACE = """
UPDATE experiments SET
  description = ?, arms = ?, share = ?, state = ?, round = ?, goal = ?, guardrails = ?,
  started_at = ?, stopped_at = ?, changed_at = ?, version = ?
WHERE key = ? AND version = ?
"""

SELECT_EXPOSURE = """
SELECT account_id, experiment, round, arm, at, viewed_at, liked_at, disliked_at, version FROM exposures
"""
EXPOSURES_OF = f"{SELECT_EXPOSURE} WHERE account_id = ? ORDER BY experiment, round"
EXPOSE = """
INSERT INTO exposures (
  account_id, experiment, round, arm, at, viewed_at, liked_at, disliked_at, version
) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE id = ?1 AND status = 'erased')
"""
REPLACE_EXPOSURE = """
UPDATE exposures SET viewed_at = ?, liked_at = ?, disliked_at = ?, version = ?
WHERE account_id = ? AND experiment = ? AND round = ? AND version = ?
"""
COUNT = """
SELECT arm, count(*), count(viewed_at), count(liked_at), count(disliked_at) FROM exposures
WHERE experiment = ? AND round = ? GROUP BY arm
"""


class SqliteExperimentStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> Experiment | None:
        row = self._database.row(GET, (key,))
        return None if row is None else experiment_of(row)

    async def all(self) -> Sequence[Experiment]:
        return [experiment_of(row) for row in self._database.rows(ALL)]

    def add(self, work: UnitOfWork, experiment: Experiment) -> None:
        statements(work).run(ADD, (*_what_changes(experiment), experiment.key), on_conflict=StaleVersion)

    def replace(self, work: UnitOfWork, experiment: Experiment) -> None:
        which = (experiment.key, experiment.version - 1)
        statements(work).run(REPLACE, (*_what_changes(experiment), *which), unless_changed=StaleVersion)

    async def exposures_of(self, account_id: AccountId) -> Sequence[Exposure]:
        return [exposure_of(row) for row in self._database.rows(EXPOSURES_OF, (account_id.bytes,))]

    def expose(self, work: UnitOfWork, exposure: Exposure) -> None:
        statements(work).run(
            EXPOSE,
            (*_place(exposure), exposure.arm, to_millis(exposure.at), *_outcomes(exposure), exposure.version),
            unless_changed=AlreadyExposed,
            on_conflict=AlreadyExposed,
        )

    def replace_exposure(self, work: UnitOfWork, exposure: Exposure) -> None:
        statements(work).run(
            REPLACE_EXPOSURE,
            (*_outcomes(exposure), exposure.version, *_place(exposure), exposure.version - 1),
            unless_changed=StaleVersion,
        )

    async def counts(self, experiment: Experiment) -> Mapping[str, ArmCounts]:
        rows = await self._database.scan(COUNT, (experiment.key, experiment.round))
        return {
            arm: ArmCounts(people=people, viewed=viewed, liked=liked, disliked=disliked)
            for arm, people, viewed, liked, disliked in rows
        }


def experiment_of(row: Row) -> Experiment:
    return Experiment(
        key=row[0],
        description=row[1],
        arms=arms_of(row[2]),
        share=row[3],
        state=ExperimentState(row[4]),
        round=row[5],
        goal=Measure(row[6]),
        guardrails=guardrails_of(row[7]),
        started_at=None if row[8] is None else from_millis(row[8]),
        stopped_at=None if row[9] is None else from_millis(row[9]),
        changed_at=None if row[10] is None else from_millis(row[10]),
        version=row[11],
    )


def exposure_of(row: Row) -> Exposure:
    return Exposure(
        account_id=AccountId(UUID(bytes=row[0])),
        experiment=row[1],
        round=row[2],
        arm=row[3],
        at=from_millis(row[4]),
        viewed_at=None if row[5] is None else from_millis(row[5]),
        liked_at=None if row[6] is None else from_millis(row[6]),
        disliked_at=None if row[7] is None else from_millis(row[7]),
        version=row[8],
    )


def _what_changes(experiment: Experiment) -> tuple[Binding, ...]:
    """All but the key, in the order of the statements that write it."""
    instants = (experiment.started_at, experiment.stopped_at, experiment.changed_at)
    return (
        experiment.description,
        text_of(experiment.arms),
        experiment.share,
        experiment.state.value,
        experiment.round,
        experiment.goal.value,
        text_of(experiment.guardrails),
        *(None if instant is None else to_millis(instant) for instant in instants),
        experiment.version,
    )


def _place(exposure: Exposure) -> tuple[Binding, ...]:
    return exposure.account_id.bytes, exposure.experiment, exposure.round


def _outcomes(exposure: Exposure) -> tuple[Binding, ...]:
    instants = (exposure.viewed_at, exposure.liked_at, exposure.disliked_at)
    return tuple(None if instant is None else to_millis(instant) for instant in instants)
