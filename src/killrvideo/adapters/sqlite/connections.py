"""Connections to one SQLite file, set up for the duty they have."""

import time
from pathlib import Path
from typing import Literal

import apsw

Synchronous = Literal["full", "normal", "off"]

SYNCHRONOUS_PRAGMAS: dict[Synchronous, str] = {
    "full": "PRAGMA synchronous = FULL",
    "normal": "PRAGMA synchronous = NORMAL",
    "off": "PRAGMA synchronous = OFF",
}
STATEMENTS_KEPT = 256
"""Prepared statements that each connection keeps: more than all stores have."""

FOR_ALL = """
PRAGMA foreign_keys = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -65536;
"""
FOR_READERS = """
CREATE VIRTUAL TABLE temp.video_terms USING fts5vocab(main, video_text, row);
PRAGMA query_only = ON;
"""
"""The words of the text index stand in no file, so each connection has a view of them of its own."""
FOR_THE_WRITER = "PRAGMA journal_size_limit = 67108864"
"""After a burst of writes the log shrinks to this size again."""


def open_writer(path: Path, synchronous: Synchronous, busy_timeout: float) -> apsw.Connection:
    """The connection that changes the file, made if there is none. ``busy_timeout`` is in seconds."""
    connection = _open(path, busy_timeout)
    _use_log(connection, busy_timeout)
    connection.execute(SYNCHRONOUS_PRAGMAS[synchronous])
    connection.execute(FOR_THE_WRITER)
    return connection


def open_reader(path: Path, busy_timeout: float) -> apsw.Connection:
    connection = _open(path, busy_timeout)
    connection.execute(FOR_READERS)
    return connection


def _use_log(connection: apsw.Connection, busy_timeout: float) -> None:
    """SQLite does not wait by itself when two processes change a new file's mode at once."""
    deadline = time.monotonic() + busy_timeout
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except apsw.BusyError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _open(path: Path, busy_timeout: float) -> apsw.Connection:
    connection = apsw.Connection(str(path), statementcachesize=STATEMENTS_KEPT)
    connection.set_busy_timeout(round(busy_timeout * 1000))
    # A misspelt column in double quotes is an error, not a text.
    connection.config(apsw.SQLITE_DBCONFIG_DQS_DML, 0)
    connection.config(apsw.SQLITE_DBCONFIG_DQS_DDL, 0)
    connection.execute(FOR_ALL)
    return connection
