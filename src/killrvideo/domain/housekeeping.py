"""What can be left lying about, how much of it was found, and whose files are looked through."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

UNTOUCHED = timedelta(days=1)
"""What is younger than this may belong to work that is under way."""
SWEPT_EVERY = timedelta(days=1)


class Litter(StrEnum):
    UPLOADS = "uploads that were given up"
    PIECES = "pieces of no upload"
    """Written by a process that died before they counted."""
    FILES = "files of no video"
    """Of a purged video, or of an earlier making of one."""
    DRAFTS = "unfinished writes"


@dataclass(frozen=True, slots=True)
class Found:
    count: int = 0
    size: int = 0
    """Bytes, where they are known."""

    def __add__(self, other: "Found") -> "Found":
        return Found(self.count + other.count, self.size + other.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseMark:
    """By what a database knows that files are its own."""

    word: str
    """The same stands beside the files."""
    coming: str | None = None
    """While the word is being changed: it is there already, or will be in a moment."""
    swept_at: datetime
    """When the last sweep began, or the mark was made."""

    @property
    def words(self) -> frozenset[str | None]:
        return frozenset({self.word, self.coming}) - {None}

    def is_due(self, now: datetime) -> bool:
        """Whether there should be a sweep again."""
        return now - self.swept_at >= SWEPT_EVERY


class Standing(StrEnum):
    """Whose the files are that the settings point to. Each but the first says why nothing is removed."""

    OURS = "They are this database's."
    CHANGING = "The mark beside the files is just being changed; try again in a moment."
    MOVING_IN = "An archive is moving in here: its files are not known before it is through."
    UNMARKED = (
        "There are files that this database does not know, and no mark says whose they are. If they are "
        "nobody else's, killrvideo sweep --adopt says so."
    )
    ANOTHERS = (
        "The mark beside the files is not this database's: another one keeps its files there, or this one is "
        "older than they are. If they are nobody else's, killrvideo sweep --adopt says so."
    )


class SweepRefused(Exception):
    """Nothing is removed, since the files may be another database's; ``str`` says why."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(standing.value)
        self.standing = standing
