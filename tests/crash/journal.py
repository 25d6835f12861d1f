"""What clients know of their writes: acknowledged, refused, or in doubt since no answer came.

A fact is one small thing that the store holds, and a query that reads it. While everything is
acknowledged it can be only one value; each write in doubt adds one that it may be as well.
"""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from uuid import UUID

import apsw

from killrvideo.bootstrap.stores import STORE_FILE

Value = int | str | None


class Kind(StrEnum):
    """What can be known of the store, each as the query that reads it."""

    ACCOUNTS = "SELECT count(*) FROM accounts WHERE email = ?"
    SUBMISSIONS = "SELECT count(*) FROM videos WHERE uploader_id = ? AND youtube_id = ?"
    TITLE = "SELECT title FROM videos WHERE id = ?"
    VIDEO_DELETED = "SELECT causes & 1 FROM videos WHERE id = ?"
    COMMENTS = "SELECT count(*) FROM comments WHERE author_id = ? AND text LIKE ? || ':%'"
    TEXT = "SELECT text FROM comments WHERE id = ?"
    COMMENT_DELETED = "SELECT causes & 1 FROM comments WHERE id = ?"
    STARS = "SELECT max(stars) FROM ratings WHERE account_id = ? AND video_id = ?"
    VIEWS = "SELECT count(*) FROM views WHERE viewer_id = ? AND video_id = ?"


COUNTED = {Kind.ACCOUNTS, Kind.SUBMISSIONS, Kind.COMMENTS, Kind.VIEWS}


@dataclass(frozen=True)
class Fact:
    kind: Kind
    of: tuple[UUID | str, ...]

    @property
    def at_first(self) -> Value:
        return 0 if self.kind in COUNTED else None

    def read(self, connection: apsw.Connection) -> Value:
        named = tuple(part.bytes if isinstance(part, UUID) else part for part in self.of)
        row = connection.execute(self.kind, named).fetchone()
        value: Value = row[0] if row else None
        return value


@dataclass
class Journal:
    possible: dict[Fact, frozenset[Value]] = field(default_factory=dict)
    acknowledged: int = 0
    refused: int = 0
    in_doubt: int = 0
    unexpected: list[str] = field(default_factory=list)
    """Answers that nothing explains."""

    def of(self, fact: Fact) -> frozenset[Value]:
        """All that it can be now."""
        return self.possible.get(fact, frozenset({fact.at_first}))

    def lost(self, folder: Path) -> Iterable[str]:
        """What the store holds otherwise than it must."""
        with closing(apsw.Connection(str(folder / STORE_FILE))) as connection:
            for fact, values in self.possible.items():
                stored = fact.read(connection)
                if stored not in values:
                    yield f"{fact.kind.name} of {fact.of}: {stored!r} is none of {values}"
