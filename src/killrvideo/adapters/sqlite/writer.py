"""The one thread that writes, many changes to a commit.

Whatever waits when the writer becomes free goes into one transaction, each change in a savepoint of its
own: a change that fails takes nothing with it, and one flush to the disk serves them all. A change that is
alone needs no savepoint: inside of one, SQLite takes the longer for each statement the more came before it.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import apsw

from killrvideo.adapters.sqlite.outages import OUTAGES, unavailable
from killrvideo.service_interfaces.failpoints import Failpoints, Stage, unit_point

GROUP_MOST = 64
"""Changes that share a commit at most."""


@dataclass(slots=True, eq=False)
class Change:
    """Something to be written, and then what came of it: a result or an error."""

    name: str
    apply: Callable[[apsw.Connection], Any]
    result: Any = None
    error: Exception | None = None


class Writer:
    """Owns the connection that changes the file. ``finished`` is called in its thread, group by group."""

    def __init__(
        self,
        connection: apsw.Connection,
        failpoints: Failpoints,
        finished: Callable[[Sequence[Change]], None],
    ) -> None:
        self._connection = connection
        self._failpoints = failpoints
        self._finished = finished
        self._waiting: SimpleQueue[Change | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="sqlite-writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def submit(self, change: Change) -> None:
        self._waiting.put(change)

    def stop(self) -> None:
        """Returns when everything submitted before is finished."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        stopping = False
        while not stopping:
            group, stopping = self._next_group()
            if group:
                self._commit(group)
                self._finished(group)

    def _next_group(self) -> tuple[list[Change], bool]:
        """The changes that wait now, at least one unless the end has come; and whether it has."""
        group: list[Change] = []
        change = self._waiting.get()
        while change is not None:
            group.append(change)
            if len(group) == GROUP_MOST:
                return group, False
            try:
                change = self._waiting.get_nowait()
            except Empty:
                return group, False
        return group, True

    def _commit(self, group: Sequence[Change]) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            if len(group) == 1:
                self._apply(group[0])
            else:
                for change in group:
                    self._apply_or_undo(change)
            self._connection.execute("COMMIT")
        except Exception as error:
            self._fail(group, error)
            return
        for change in group:
            if change.error is None:
                self._failpoints.reach(unit_point(change.name, Stage.COMMITTED))

    def _apply(self, change: Change) -> None:
        """Raises what the change raises, which is its error then."""
        try:
            change.result = change.apply(self._connection)
            self._failpoints.reach(unit_point(change.name, Stage.APPLIED))
        except Exception as error:
            change.error = unavailable(error) if isinstance(error, OUTAGES) else error
            raise

    def _apply_or_undo(self, change: Change) -> None:
        """Raises if the whole transaction is gone."""
        self._connection.execute("SAVEPOINT change")
        try:
            self._apply(change)
        except Exception:
            # A full or failing disk makes SQLite roll back everything by itself.
            if not self._connection.in_transaction:
                raise
            self._connection.execute("ROLLBACK TO change")
        self._connection.execute("RELEASE change")

    def _fail(self, group: Sequence[Change], error: Exception) -> None:
        """Nothing was written: says so to everybody who has no error of their own."""
        with suppress(apsw.Error):  # Of a failing disk: the next group fails too, but nobody waits for ever.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        for change in group:
            if change.error is None:
                change.error = unavailable(error) if isinstance(error, apsw.Error) else error
