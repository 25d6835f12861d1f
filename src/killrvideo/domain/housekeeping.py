"""What can be left lying about, and how much of it was found."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

UNTOUCHED = timedelta(days=1)
"""What is younger than this may belong to work that is under way."""


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
