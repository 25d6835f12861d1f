"""The unit of work of the embedded store: one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import apsw

from killrvideo.adapters.event_bodies import origin_text, stored
from killrvideo.adapters.sqlite import request_keys
from killrvideo.adapters.sqlite.database import Binding, Database
from killrvideo.domain.errors import Conflict, NotFound
from killrvideo.domain.events import Event, Origin
from killrvideo.domain.instants import to_millis
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.failpoints import statement_point
from killrvideo.service_interfaces.units import UnitOfWork

ADD_EVENT = """
INSERT INTO outbox
  (event_id, type, schema_version, aggregate, aggregate_id, version, occurred_at, body, origin)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

TWICE = (apsw.SQLITE_CONSTRAINT_UNIQUE, apsw.SQLITE_CONSTRAINT_PRIMARYKEY, apsw.SQLITE_CONSTRAINT_ROWID)
ORPHANED = (apsw.SQLITE_CONSTRAINT_FOREIGNKEY, apsw.SQLITE_CONSTRAINT_TRIGGER)

Refusing = Callable[[], Exception]
"""Makes the exception that is raised when a check fails."""


@dataclass(frozen=True, slots=True)
class Statement:
    sql: str
    params: Sequence[Binding]
    unless_changed: Refusing | None = None
    on_conflict: Refusing | None = None

    def run(self, connection: apsw.Connection) -> None:
        try:
            connection.execute(self.sql, self.params)
        except apsw.ConstraintError as error:
            raise self._refusal(error) from error
        if self.unless_changed is not None and not connection.changes():
            raise self.unless_changed()

    def _refusal(self, error: apsw.ConstraintError) -> Exception:
        kind = vars(error)["extendedresult"]  # The driver's type stubs leave this attribute out.
        if kind in TWICE:
            return self.on_conflict() if self.on_conflict else Conflict("This is there already.")
        if kind in ORPHANED:
            return NotFound("The thing that this belongs to is gone.")
        return error  # A missing or malformed value is our mistake, not the reader's.


class SqliteUnitOfWork:
    """Runs its statements in the order in which they were added, then leaves its events in the outbox."""

    def __init__(self, database: Database, clock: Clock, ids: IdSource, name: str, origin: Origin) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._name = name
        self._origin = origin
        self._statements: list[Statement] = []
        self._events: list[Event] = []
        self._made: UUID | None = None
        self._unmade: UUID | None = None
        self._committed = False

    @property
    def origin(self) -> Origin:
        return self._origin

    def publish(self, event: Event) -> None:
        self._events.append(event)

    def made(self, subject: UUID) -> None:
        self._made = subject

    def unmade(self, subject: UUID) -> None:
        self._unmade = subject

    def run(
        self,
        sql: str,
        params: Sequence[Binding] = (),
        *,
        unless_changed: Refusing | None = None,
        on_conflict: Refusing | None = None,
    ) -> None:
        """Adds a statement. Commit raises ``unless_changed`` if it changes no row, and ``on_conflict`` if
        it would break a UNIQUE or PRIMARY KEY constraint. What belongs to a row that is gone is NotFound.
        """
        self._statements.append(Statement(sql, params, unless_changed, on_conflict))

    async def commit(self) -> None:
        if self._committed:
            raise RuntimeError(f"The unit of work '{self._name}' was committed before.")
        self._committed = True
        if self._statements or self._events or self._made is not None or self._unmade is not None:
            self._statements.extend(self._event_statement(event) for event in self._events)
            await self._database.write(self._apply, name=self._name)

    def _apply(self, connection: apsw.Connection) -> None:
        if self._origin.request_key is not None and self._made is not None:
            request_keys.spend(connection, self._origin.request_key, self._made, self._clock.now())
        if self._origin.request_key is not None and self._unmade is not None:
            request_keys.give_back(connection, self._origin.request_key, self._unmade)
        for number, statement in enumerate(self._statements, start=1):
            statement.run(connection)
            self._database.failpoints.reach(statement_point(self._name, number))

    def _event_statement(self, event: Event) -> Statement:
        row = stored(event)
        return Statement(
            ADD_EVENT,
            (
                self._ids.new().bytes,
                row.type,
                row.schema_version,
                row.aggregate,
                row.aggregate_id.bytes,
                row.version,
                to_millis(self._clock.now()),
                row.body,
                origin_text(self._origin),
            ),
        )


def statements(work: UnitOfWork) -> SqliteUnitOfWork:
    """The unit as this back end's stores need it; raises TypeError for another back end's."""
    if not isinstance(work, SqliteUnitOfWork):
        raise TypeError(f"A unit of work of the embedded store is needed, not {type(work).__name__}.")
    return work
