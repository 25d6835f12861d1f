"""Everything that a house keeps, row by row: so that another back end can keep the same.

What follows from rows is no row: totals, lists, the search index, passages. What belongs to the moment stays
behind: sessions, jobs, events, idempotency keys, counts of requests.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from killrvideo.domain.accounts import Account
from killrvideo.domain.activity import Activity
from killrvideo.domain.captions import Captions
from killrvideo.domain.comments import Comment
from killrvideo.domain.experiments import Experiment
from killrvideo.domain.exposures import Exposure
from killrvideo.domain.housekeeping import HouseMark
from killrvideo.domain.ids import UploadId, VideoId
from killrvideo.domain.media import Media
from killrvideo.domain.moderation import AuditEntry, Flag
from killrvideo.domain.playback import View, WatchTime
from killrvideo.domain.ratings import Rating
from killrvideo.domain.removals import Removal
from killrvideo.domain.uploads import Upload
from killrvideo.domain.videos import Video

PIECE = 500
"""Rows in a piece of an archive; only the last piece of a kind has fewer."""


class HoldingKind(StrEnum):
    """In the order in which they are put back: what refers to others comes after them."""

    ACCOUNTS = "accounts"
    VIDEOS = "videos"
    COMMENTS = "comments"
    RATINGS = "ratings"
    VIEWS = "views"
    WATCH_TIME = "watch_time"
    ACTIVITY = "activity"
    REMOVALS = "removals"
    FLAGS = "flags"
    AUDIT = "audit"
    VECTORS = "vectors"
    EXPERIMENTS = "experiments"
    EXPOSURES = "exposures"
    CAPTIONS = "captions"
    MEDIA = "media"
    UPLOADS = "uploads"
    UPLOAD_PARTS = "upload_parts"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAccount:
    """In any status. An erased one has neither an address nor a name nor a password."""

    account: Account
    password_hash: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVideo:
    """In any state. Its totals are empty: they follow from ratings, views, and what it opened with."""

    video: Video
    opening_views: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVector:
    video_id: VideoId
    model: str
    vector: tuple[float, ...]
    """In single precision."""
    stored_at: datetime
    text_digest: str | None = None
    """Of the text that it stands for; None in archives that are older than digests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPart:
    """A piece of an uploaded file; its bytes stay where files are kept."""

    upload_id: UploadId
    start: int
    size: int
    key: str


Holding = (
    KeptAccount
    | KeptVideo
    | Comment
    | Rating
    | View
    | WatchTime
    | Activity
    | Removal
    | Flag
    | AuditEntry
    | KeptVector
    | Experiment
    | Exposure
    | Captions
    | Media
    | Upload
    | KeptPart
)
"""A comment comes without its author's name, which is the account's; media come as a first version, whatever
was made before them.
"""

TYPE_OF: dict[HoldingKind, type[Holding]] = {
    HoldingKind.ACCOUNTS: KeptAccount,
    HoldingKind.VIDEOS: KeptVideo,
    HoldingKind.COMMENTS: Comment,
    HoldingKind.RATINGS: Rating,
    HoldingKind.VIEWS: View,
    HoldingKind.WATCH_TIME: WatchTime,
    HoldingKind.ACTIVITY: Activity,
    HoldingKind.REMOVALS: Removal,
    HoldingKind.FLAGS: Flag,
    HoldingKind.AUDIT: AuditEntry,
    HoldingKind.VECTORS: KeptVector,
    HoldingKind.EXPERIMENTS: Experiment,
    HoldingKind.EXPOSURES: Exposure,
    HoldingKind.CAPTIONS: Captions,
    HoldingKind.MEDIA: Media,
    HoldingKind.UPLOADS: Upload,
    HoldingKind.UPLOAD_PARTS: KeptPart,
}


class MoveRefused(Exception):
    """The house cannot move out or in as it was asked to; ``str`` is one sentence that says why."""


class Inventory(Protocol):
    """What there is to be carried: in a house, or in an archive of one."""

    async def count(self, kind: HoldingKind) -> int | None:
        """How many rows there are; None where they would have to be read to know."""
        ...

    def rows(self, kind: HoldingKind) -> AsyncGenerator[Sequence[Holding], None]:
        """All rows of the kind, each once, in pieces that fit into memory, in any order."""
        ...


@dataclass(frozen=True, slots=True)
class Reached:
    """How far an archive has moved in."""

    archive: str
    """Its identity."""
    kind: HoldingKind
    rows: int = 0
    """So many rows of the kind are in, and all of the kinds before it."""


class Holdings(Protocol):
    """The rows of one back end, as a whole."""

    def opened(self) -> AbstractAsyncContextManager[Inventory]:
        """The rows of one moment, whatever is written meanwhile.

        A distributed back end has no such moment: there nobody may write while it is read.
        """
        ...

    async def reached(self) -> Reached | None:
        """Where an archive that is moving in stands; None if none is."""
        ...

    async def put(self, rows: Sequence[Holding], reached: Reached) -> None:
        """Adds the rows, a piece of the archive, exactly as they are, and remembers how far that is. What
        follows from the rows is there with them.

        After a crash the rows behind the last remembered place come again: those of them that are in already
        are passed over. Raises Conflict if a row is there that came from elsewhere, Unavailable.
        """
        ...

    async def moved_in(self) -> None:
        """Forgets the place: everything is in."""
        ...

    async def mark(self) -> HouseMark | None:
        """What says which files are this house's; None in one that has not marked any."""
        ...

    async def change_mark(self, before: HouseMark | None, mark: HouseMark) -> bool:
        """Replaces it if it still is as it was before; whether it was."""
        ...


class HouseArchive(Inventory, Protocol):
    """An archive that is whole and unchanged since it was written."""

    @property
    def mark(self) -> str | None:
        """The word that stood beside the files of the house when it moved out."""
        ...

    @property
    def identity(self) -> str:
        """The same for the same archive, and no other's."""
        ...


class HouseArchiveWriter(Protocol):
    async def write(self, kind: HoldingKind, rows: AsyncGenerator[Sequence[Holding], None]) -> int:
        """Writes all rows of a kind, each kind once; how many there were. Raises MoveRefused, Unavailable."""
        ...

    async def finish(self, mark: str | None = None) -> None:
        """To be called when every kind is written: what was not finished is no archive."""
        ...


class MovingProgress(Protocol):
    """Whoever watches how far a move is."""

    def expect(self, kind: HoldingKind, rows: int) -> None:
        """So many rows are to come."""
        ...

    def advance(self, kind: HoldingKind, rows: int) -> None:
        """So many more are done."""
        ...
