"""Everything in the file, row by row, and back into an empty one."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

import apsw

from killrvideo.adapters.house_mark_bodies import mark_text, read_mark
from killrvideo.adapters.media_bodies import read_media
from killrvideo.adapters.sqlite.accounts import SELECT_ACCOUNT, account_of
from killrvideo.adapters.sqlite.activity import activity_of
from killrvideo.adapters.sqlite.captions import SELECT_CAPTIONS, captions_of
from killrvideo.adapters.sqlite.comments import SELECT_COMMENT, comment_of
from killrvideo.adapters.sqlite.database import Database, Row
from killrvideo.adapters.sqlite.experiments import (
    SELECT_EXPERIMENT,
    SELECT_EXPOSURE,
    experiment_of,
    exposure_of,
)
from killrvideo.adapters.sqlite.moderation import SELECT_ENTRY, SELECT_FLAG, entry_of, flag_of
from killrvideo.adapters.sqlite.ratings import SELECT_RATING, rating_of
from killrvideo.adapters.sqlite.removals import SELECT_REMOVAL, removal_of
from killrvideo.adapters.sqlite.snapshot import Snapshot, snapshot_of
from killrvideo.adapters.sqlite.units import statements
from killrvideo.adapters.sqlite.uploads import SELECT_UPLOAD, upload_of
from killrvideo.adapters.sqlite.vectors.bytes import unpacked
from killrvideo.adapters.sqlite.video_rows import SELECT_VIDEO, video_of
from killrvideo.domain.comments import Comment
from killrvideo.domain.events import Origin
from killrvideo.domain.housekeeping import HouseMark
from killrvideo.domain.ids import AccountId, UploadId, VideoId, ViewId
from killrvideo.domain.instants import from_millis
from killrvideo.domain.playback import View, WatchTime
from killrvideo.domain.videos import Totals
from killrvideo.service_interfaces.moving import (
    Holding,
    HoldingKind,
    Inventory,
    KeptAccount,
    KeptPart,
    KeptVector,
    KeptVideo,
    Reached,
)
from killrvideo.service_interfaces.putting_back import put_back
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.units import UnitOfWork


def _with(column: str, select: str, table: str) -> str:
    """The statement with one more column of the table at the end."""
    return f"SELECT thing.*, kept.{column} FROM ({select}) AS thing JOIN {table} AS kept USING (id)"  # noqa: S608


STATEMENTS: dict[HoldingKind, str] = {
    HoldingKind.ACCOUNTS: _with("password_hash", SELECT_ACCOUNT, "accounts"),
    HoldingKind.VIDEOS: _with("opening_views", SELECT_VIDEO, "videos"),
    HoldingKind.COMMENTS: SELECT_COMMENT,
    HoldingKind.RATINGS: SELECT_RATING,
    HoldingKind.VIEWS: "SELECT id, video_id, viewer_id, at FROM views",
    HoldingKind.WATCH_TIME: "SELECT id, video_id, viewer_id, at, seconds FROM watch_time",
    HoldingKind.ACTIVITY: "SELECT id, account_id, kind, video_id, comment_id, at FROM activity",
    HoldingKind.REMOVALS: SELECT_REMOVAL,
    HoldingKind.FLAGS: SELECT_FLAG,
    HoldingKind.AUDIT: SELECT_ENTRY,
    HoldingKind.VECTORS: "SELECT video_id, model, vector, stored_at, text_digest FROM vectors",
    HoldingKind.EXPERIMENTS: SELECT_EXPERIMENT,
    HoldingKind.EXPOSURES: SELECT_EXPOSURE,
    HoldingKind.CAPTIONS: SELECT_CAPTIONS,
    HoldingKind.MEDIA: "SELECT body FROM media",
    HoldingKind.UPLOADS: SELECT_UPLOAD,
    HoldingKind.UPLOAD_PARTS: "SELECT upload_id, start, size, key FROM upload_parts",
}
"""Each kind stands in the table of its own name."""

REACHED = "SELECT archive, kind, rows FROM moving_in"
REMEMBER = """
INSERT INTO moving_in (only, archive, kind, rows) VALUES (1, ?, ?, ?)
ON CONFLICT DO UPDATE SET archive = excluded.archive, kind = excluded.kind, rows = excluded.rows
"""
FORGET = "DELETE FROM moving_in"
MARK = "SELECT body FROM house_mark"
FIRST_MARK = "INSERT INTO house_mark (only, body) VALUES (1, ?) ON CONFLICT DO NOTHING"
CHANGE_MARK = "UPDATE house_mark SET body = ? WHERE body = ?"
FORGET_ADDRESS = "UPDATE accounts SET email = NULL, email_key = NULL WHERE id = ?"
BY_HAND = Origin(correlation_id="move-in")


def _account(row: Row) -> KeptAccount:
    return KeptAccount(account=account_of(row), password_hash=row[10])


def _video(row: Row) -> KeptVideo:
    return KeptVideo(video=replace(video_of(row), totals=Totals()), opening_views=row[24])


def _comment(row: Row) -> Comment:
    return replace(comment_of(row), author_name=None)


def _view(row: Row) -> View:
    return View(
        id=ViewId(UUID(bytes=row[0])),
        video_id=VideoId(UUID(bytes=row[1])),
        viewer_id=None if row[2] is None else AccountId(UUID(bytes=row[2])),
        at=from_millis(row[3]),
    )


def _watch_time(row: Row) -> WatchTime:
    view = _view(row)
    return WatchTime(id=view.id, video_id=view.video_id, viewer_id=view.viewer_id, at=view.at, seconds=row[4])


def _vector(row: Row) -> KeptVector:
    return KeptVector(
        video_id=VideoId(UUID(bytes=row[0])),
        model=row[1],
        vector=unpacked(row[2]),
        stored_at=from_millis(row[3]),
        text_digest=row[4],
    )


def _part(row: Row) -> KeptPart:
    return KeptPart(upload_id=UploadId(UUID(bytes=row[0])), start=row[1], size=row[2], key=row[3])


READERS: dict[HoldingKind, Callable[[Row], Holding]] = {
    HoldingKind.ACCOUNTS: _account,
    HoldingKind.VIDEOS: _video,
    HoldingKind.COMMENTS: _comment,
    HoldingKind.RATINGS: rating_of,
    HoldingKind.VIEWS: _view,
    HoldingKind.WATCH_TIME: _watch_time,
    HoldingKind.ACTIVITY: activity_of,
    HoldingKind.REMOVALS: removal_of,
    HoldingKind.FLAGS: flag_of,
    HoldingKind.AUDIT: entry_of,
    HoldingKind.VECTORS: _vector,
    HoldingKind.EXPERIMENTS: experiment_of,
    HoldingKind.EXPOSURES: exposure_of,
    HoldingKind.CAPTIONS: captions_of,
    HoldingKind.MEDIA: lambda row: replace(read_media(row[0]), version=1),
    HoldingKind.UPLOADS: upload_of,
    HoldingKind.UPLOAD_PARTS: _part,
}


class SqliteInventory:
    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    async def count(self, kind: HoldingKind) -> int:
        row = await self._snapshot.row(f"SELECT count(*) FROM {kind}")  # noqa: S608 - one of our words
        return int(row[0]) if row else 0

    async def rows(self, kind: HoldingKind) -> AsyncGenerator[Sequence[Holding], None]:
        read = READERS[kind]
        async for piece in self._snapshot.pieces(STATEMENTS[kind]):
            yield [read(row) for row in piece]


class SqliteHoldings:
    def __init__(self, database: Database, storage: Storage) -> None:
        self._database = database
        self._storage = storage

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Inventory]:
        async with snapshot_of(self._database) as snapshot:
            yield SqliteInventory(snapshot)

    async def reached(self) -> Reached | None:
        row = self._database.row(REACHED)
        return None if row is None else Reached(row[0], HoldingKind(row[1]), row[2])

    async def put(self, rows: Sequence[Holding], reached: Reached) -> None:
        """In one unit, which remembers the place: no row ever comes again."""
        work = self._storage.begin("holdings.put", BY_HAND)
        for row in rows:
            self._add(work, row)
        statements(work).run(REMEMBER, (reached.archive, reached.kind.value, reached.rows))
        await work.commit()

    async def moved_in(self) -> None:
        work = self._storage.begin("holdings.moved_in", BY_HAND)
        statements(work).run(FORGET)
        await work.commit()

    async def mark(self) -> HouseMark | None:
        row = self._database.row(MARK)
        return None if row is None else read_mark(row[0])

    async def change_mark(self, before: HouseMark | None, mark: HouseMark) -> bool:
        def change(connection: apsw.Connection) -> bool:
            if before is None:
                connection.execute(FIRST_MARK, (mark_text(mark),))
            else:
                connection.execute(CHANGE_MARK, (mark_text(mark), mark_text(before)))
            return bool(connection.changes())

        return await self._database.write(change, name="holdings.mark")

    def _add(self, work: UnitOfWork, row: Holding) -> None:
        if isinstance(row, KeptAccount) and row.account.is_erased:
            self._add_erased(work, row)
        else:
            put_back(self._storage, work, row)

    def _add_erased(self, work: UnitOfWork, kept: KeptAccount) -> None:
        """Addresses are unique, and many accounts have none."""
        named = replace(kept.account, email=kept.account.id.hex)
        self._storage.accounts.add(work, named, None)
        statements(work).run(FORGET_ADDRESS, (kept.account.id.bytes,))
