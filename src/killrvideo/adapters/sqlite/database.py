"""One SQLite file: read at once on the event loop or in reader threads, changed by one writer."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar, cast

import apsw

from killrvideo.adapters.failpoints import NO_FAILPOINTS
from killrvideo.adapters.sqlite.connections import Synchronous, open_reader, open_writer
from killrvideo.adapters.sqlite.outages import OUTAGES, unavailable
from killrvideo.adapters.sqlite.writer import Change, Writer
from killrvideo.domain.errors import Unavailable
from killrvideo.service_interfaces.failpoints import Failpoints, Stage, unit_point

T = TypeVar("T")

Binding = None | int | float | str | bytes
"""What a statement's parameter can be."""
Row = tuple[Any, ...]
"""The columns in the order that the statement names them; their types are the statement's to know."""


class Database:
    """Raises Unavailable wherever SQLite is busy, full, damaged, closed or cannot reach its disk."""

    def __init__(
        self,
        path: Path,
        *,
        synchronous: Synchronous = "full",
        readers: int = 2,
        failpoints: Failpoints = NO_FAILPOINTS,
        busy_timeout: float = 5.0,
    ) -> None:
        """``busy_timeout`` is how many seconds to wait for another process's write."""
        self.failpoints = failpoints
        self._path = path
        self._synchronous = synchronous
        self._readers = readers
        self._busy_timeout = busy_timeout
        self._after_write: list[Callable[[], None]] = []
        self._answers: dict[Change, asyncio.Future[Any]] = {}
        self._opened: _Opened | None = None

    async def open(self) -> None:
        """Creates the file where there is none, with its folder; applies no schema."""
        loop = asyncio.get_running_loop()

        def finished(group: Sequence[Change]) -> None:
            with contextlib.suppress(RuntimeError):  # The loop is closed: nobody waits any more.
                loop.call_soon_threadsafe(self._answer, group)

        try:
            self._opened = await asyncio.to_thread(self._open, finished)
        except OUTAGES as error:
            raise unavailable(error) from error

    async def close(self) -> None:
        """Finishes what was begun, moves the log into the file and closes it. May be called twice."""
        opened, self._opened = self._opened, None
        if opened is not None:
            await asyncio.to_thread(opened.close)

    def new_reader(self) -> apsw.Connection:
        """One connection more, for whoever has a thread of his own to read in and closes it. Blocks."""
        return open_reader(self._path, self._busy_timeout)

    def after_write(self, callback: Callable[[], None]) -> None:
        """Calls back on the event loop whenever something was committed."""
        self._after_write.append(callback)

    def row(self, sql: str, params: Sequence[Binding] = ()) -> Row | None:
        """The first row. Runs on the event loop: for reads by an index, well under a millisecond."""
        try:
            return self._open_now().inline.execute(sql, params).fetchone()
        except OUTAGES as error:
            raise unavailable(error) from error

    def rows(self, sql: str, params: Sequence[Binding] = ()) -> list[Row]:
        """All rows, read on the event loop as `row` is."""
        try:
            return self._open_now().inline.execute(sql, params).fetchall()
        except OUTAGES as error:
            raise unavailable(error) from error

    async def scan(self, sql: str, params: Sequence[Binding] = ()) -> list[Row]:
        """All rows, read in another thread: for text search, aggregates and long lists."""
        opened = self._open_now()
        try:
            return await asyncio.get_running_loop().run_in_executor(opened.pool, opened.scan, sql, params)
        except OUTAGES as error:
            raise unavailable(error) from error

    async def write(self, change: Callable[[apsw.Connection], T], *, name: str = "write") -> T:
        """Runs the change in the writer's thread and returns its result once that is durable.

        What the change raises undoes it alone and is raised here. A caller that is cancelled stops
        waiting; its change is written all the same.
        """
        writer = self._open_now().writer
        self.failpoints.reach(unit_point(name, Stage.COLLECTED))
        asked = Change(name, change)
        answer = self._answers[asked] = asyncio.get_running_loop().create_future()
        writer.submit(asked)
        return cast(T, await answer)

    def _answer(self, group: Sequence[Change]) -> None:
        for change in group:
            answer = self._answers.pop(change)
            if answer.done():  # The caller was cancelled.
                continue
            if change.error is None:
                answer.set_result(change.result)
            else:
                answer.set_exception(change.error)
        if any(change.error is None for change in group):
            for callback in self._after_write:
                callback()

    def _open_now(self) -> "_Opened":
        if self._opened is None:
            raise Unavailable("The store is not open.")
        return self._opened

    def _open(self, finished: Callable[[Sequence[Change]], None]) -> "_Opened":
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._path.exists():
            # SQLite would let everybody read it; it gives its log the same permissions.
            with contextlib.suppress(OSError):  # SQLite says better what hinders.
                self._path.touch(mode=0o600)
        with contextlib.ExitStack() as undo:
            writing = open_writer(self._path, self._synchronous, self._busy_timeout)
            undo.callback(writing.close)
            inline, *scanning = [
                undo.enter_context(contextlib.closing(open_reader(self._path, self._busy_timeout)))
                for _ in range(1 + self._readers)
            ]
            undo.pop_all()
        writer = Writer(writing, self.failpoints, finished)
        writer.start()
        return _Opened(writing, writer, inline, scanning)


class _Opened:
    """The connections and threads of a database while it is open."""

    def __init__(
        self,
        writing: apsw.Connection,
        writer: Writer,
        inline: apsw.Connection,
        scanning: Sequence[apsw.Connection],
    ) -> None:
        self.writer = writer
        self.inline = inline
        self.pool = ThreadPoolExecutor(len(scanning), "sqlite-reader")
        self._writing = writing
        self._scanning = tuple(scanning)
        self._free: SimpleQueue[apsw.Connection] = SimpleQueue()
        for connection in scanning:
            self._free.put(connection)

    def scan(self, sql: str, params: Sequence[Binding]) -> list[Row]:
        connection = self._free.get()
        try:
            return connection.execute(sql, params).fetchall()
        finally:
            self._free.put(connection)

    def close(self) -> None:
        self.writer.stop()
        self.pool.shutdown()
        for connection in (self.inline, *self._scanning):
            connection.close()
        # Another process still reads the log, or its disk is full: what is in the log is as safe there.
        with contextlib.suppress(*OUTAGES):
            self._writing.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        self._writing.close()
