"""Reading a folder of the public data set."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from killrvideo.adapters.killrvideo_csv import cells, rows
from killrvideo.adapters.killrvideo_csv.tables import Record, Table
from killrvideo.domain.access import Role
from killrvideo.domain.accounts import Account
from killrvideo.domain.captions import Captions
from killrvideo.domain.comments import Comment
from killrvideo.domain.errors import InvalidInput
from killrvideo.domain.ids import AccountId
from killrvideo.domain.ratings import Rating
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.catalogue import BadRow, CatalogueRefused, Kind, Row

T = TypeVar("T")

FILES = {
    Kind.ACCOUNTS: ("users.csv", rows.USER_COLUMNS),
    Kind.VIDEOS: ("videos.csv", rows.VIDEO_COLUMNS),
    Kind.COMMENTS: ("comments.csv", rows.COMMENT_COLUMNS),
    Kind.RATINGS: ("video_ratings_by_user.csv", rows.RATING_COLUMNS),
    Kind.CAPTIONS: ("captions.csv", rows.CAPTION_COLUMNS),
}


class CsvSource:
    """Keeps CatalogueSource."""

    def __init__(self, folder: Path, new_account_roles: Iterable[Role]) -> None:
        """Raises CatalogueRefused before any row is read, if the folder cannot be what it should be."""
        if not folder.is_dir():
            raise CatalogueRefused(f"{folder} is not a folder.")
        if not any(folder.joinpath(name).is_file() for name, _ in FILES.values()):
            names = ", ".join(name for name, _ in FILES.values())
            raise CatalogueRefused(f"{folder} has none of the files {names}.")
        self._folder = folder
        self._tables = {kind: Table(folder / name, columns) for kind, (name, columns) in FILES.items()}
        self._credentials = Table(folder / "user_credentials.csv", ("userid",))
        self._playback = Table(folder / "video_playback_stats.csv", ("videoid", "views"))
        self._new_account_roles = frozenset(new_account_roles)

    @property
    def passwords(self) -> Mapping[AccountId, str]:
        """None: what the layout has are hashes of an unknown kind."""
        return {}

    def size(self, kind: Kind) -> int:
        return self._tables[kind].size

    def accounts(self) -> Iterator[Row[Account] | BadRow]:
        credentials: dict[UUID, Record] = {}
        for row in _read(self._credentials, lambda record: (cells.identity(record, "userid"), record)):
            if isinstance(row, BadRow):
                yield row
            else:
                credentials.setdefault(*row.entry)
        yield from _read(
            self._tables[Kind.ACCOUNTS],
            lambda record: rows.account_of(record, credentials, self._new_account_roles),
        )

    def videos(self) -> Iterator[Row[Video] | BadRow]:
        table = self._tables[Kind.VIDEOS]
        views: dict[UUID, int] = {}
        if "views" not in table.columns:
            for row in _read(self._playback, _views_of):
                if isinstance(row, BadRow):
                    yield row
                else:
                    views.setdefault(*row.entry)
        yield from _read(table, lambda record: rows.video_of(record, views))

    def comments(self) -> Iterator[Row[Comment] | BadRow]:
        return _read(self._tables[Kind.COMMENTS], rows.comment_of)

    def ratings(self) -> Iterator[Row[Rating] | BadRow]:
        return _read(self._tables[Kind.RATINGS], rows.rating_of)

    def captions(self) -> Iterator[Row[Captions] | BadRow]:
        return _read(self._tables[Kind.CAPTIONS], lambda record: rows.captions_of(record, self._folder))


def _views_of(record: Record) -> tuple[UUID, int]:
    return cells.identity(record, "videoid"), cells.whole_number(record, "views") or 0


def _read(table: Table, entry_of: Callable[[Record], T]) -> Iterator[Row[T] | BadRow]:
    for record in table.records():
        if isinstance(record, BadRow):
            yield record
            continue
        try:
            yield Row(record.place, entry_of(record))
        except InvalidInput as error:
            yield BadRow(record.place, error.detail)
