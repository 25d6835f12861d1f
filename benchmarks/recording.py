"""A session that notes what it is asked, so that a bare driver can ask the very same."""

from dataclasses import dataclass, field
from typing import Any

from cassandra.cluster import Session as Driver

from killrvideo.adapters.cassandra.cluster.bridge import Answer
from killrvideo.adapters.cassandra.cluster.session import CassandraSession


@dataclass(frozen=True, slots=True)
class Question:
    """As it is handed to the driver."""

    statement: Any
    profile: str
    state: bytes | None


@dataclass(slots=True)
class Recorded:
    """What one request asked: questions that were asked together, and then those that waited for them."""

    rounds: list[list[Question]] = field(default_factory=list)
    answered: int = 0
    """How many rounds have an answer."""

    @property
    def questions(self) -> int:
        return sum(len(questions) for questions in self.rounds)


class RecordingSession(CassandraSession):
    _noting: Recorded | None = None

    @property
    def driver(self) -> Driver:
        return self._link.driver

    def note(self) -> Recorded:
        """From now on what is asked is noted there; one request at a time."""
        self._noting = Recorded()
        return self._noting

    def rest(self) -> None:
        """Notes nothing more."""
        self._noting = None

    async def _repeated(self, statement: Any, profile: str, state: bytes | None, tries: int) -> Answer:
        noting = self._noting
        if noting is None:
            return await super()._repeated(statement, profile, state, tries)
        place = noting.answered
        if place == len(noting.rounds):
            noting.rounds.append([])
        noting.rounds[place].append(Question(statement, profile, state))
        try:
            return await super()._repeated(statement, profile, state, tries)
        finally:
            noting.answered = max(noting.answered, place + 1)
