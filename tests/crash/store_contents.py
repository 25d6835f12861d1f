"""Everything that a store holds, as plain rows, so that two states of it can be compared whole."""

from contextlib import closing
from pathlib import Path
from typing import Any

import apsw

from killrvideo.bootstrap.stores import STORE_FILE

Contents = dict[str, list[tuple[Any, ...]]]
"""The rows of each table, in an order of their own."""

TABLES = """
SELECT name FROM pragma_table_list
WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite_%' ORDER BY name
"""
COLUMNS = "SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1"
DIFFERENT_EACH_TIME = {
    ("accounts", "password_hash"): "password_hash IS NULL",
    ("outbox_groups", "holder"): "holder IS NULL",
    ("refresh_tokens", "digest"): "length(digest)",
    ("refresh_tokens", "parent"): "parent IS NULL",
}
"""What is random, or names the process; and what stands for it."""
OUTCOME = {
    "accounts": "SELECT id, email, roles, status, version FROM accounts",
    "comments": "SELECT video_id, text, version, causes FROM comments",
    "jobs": "SELECT kind, subject, state FROM jobs",
    "outbox": "SELECT type, aggregate_id, version FROM outbox",
    # Lists of a model that never came into use are dropped a day later.
    "video_neighbours": """
        SELECT count(*) FROM video_neighbours
        WHERE lists IN (SELECT served FROM learned_models UNION SELECT judged FROM learned_models)""",
    "videos": "SELECT id, title, status, error, version, causes, views, ratings, stars FROM videos",
}


def contents(folder: Path) -> Contents:
    """Nothing where there is no store."""
    file = folder / STORE_FILE
    if not file.exists():
        return {}
    with closing(apsw.Connection(str(file))) as connection:
        return {table: _rows(connection, _everything(connection, table)) for table in _tables(connection)}


def outcome(folder: Path) -> Contents:
    """What came of it all, however many attempts that took: instants, new ids and leases left out."""
    with closing(apsw.Connection(str(folder / STORE_FILE))) as connection:
        counts = {table: f"SELECT count(*) FROM {table}" for table in _tables(connection)}
        return {table: _rows(connection, statement) for table, statement in (counts | OUTCOME).items()}


def _tables(connection: apsw.Connection) -> list[str]:
    return [name for (name,) in connection.execute(TABLES)]


def _everything(connection: apsw.Connection, table: str) -> str:
    columns = [name for (name,) in connection.execute(COLUMNS, (table,))]
    return (
        f"SELECT {', '.join(DIFFERENT_EACH_TIME.get((table, name), name) for name in columns)} FROM {table}"
    )


def _rows(connection: apsw.Connection, statement: str) -> list[tuple[Any, ...]]:
    return sorted(connection.execute(statement).fetchall(), key=repr)
