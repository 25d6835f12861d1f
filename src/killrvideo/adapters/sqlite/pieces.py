"""Dropping many old rows piece by piece, so that nobody else's write waits for all of them."""

from collections.abc import Sequence

import apsw

from killrvideo.adapters.sqlite.database import Binding, Database

ROWS_AT_ONCE = 1000


async def drop(database: Database, statement: str, params: Sequence[Binding], *, name: str) -> int:
    """Repeats a DELETE, whose last parameter limits its rows, until nothing is left; how many went."""

    def piece(connection: apsw.Connection) -> int:
        connection.execute(statement, (*params, ROWS_AT_ONCE))
        return connection.changes()

    dropped = 0
    while True:
        gone = await database.write(piece, name=name)
        dropped += gone
        if gone < ROWS_AT_ONCE:
            return dropped
