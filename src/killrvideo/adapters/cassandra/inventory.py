"""Everything in the keyspace, row by row: whole tables, page by page.

Rows that hang on something purged, and have not been dropped yet, are left out.
"""

import struct
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace

from killrvideo.adapters.cassandra import audit, comments, flag_rows, ratings, removal_rows, video_rows
from killrvideo.adapters.cassandra.account_rows import COLUMNS, account_of, credentials_of
from killrvideo.adapters.cassandra.comment_rows import comment_of, kept_comments_among
from killrvideo.adapters.cassandra.instants import aware
from killrvideo.adapters.cassandra.session import CassandraSession, Row
from killrvideo.adapters.cassandra.video_rows import kept_among, video_of
from killrvideo.domain.activity import Activity, ActivityKind
from killrvideo.domain.comments import Comment
from killrvideo.domain.ids import AccountId, ActivityId, CommentId, VideoId, ViewId
from killrvideo.domain.playback import View, WatchTime
from killrvideo.domain.ratings import Rating
from killrvideo.domain.removals import ContentType, Removal
from killrvideo.domain.videos import Totals
from killrvideo.service_interfaces.moving import Holding, HoldingKind, KeptAccount, KeptVector, KeptVideo

ROWS_AT_ONCE = 500

Reader = Callable[[Row], Holding | None]
"""None for what is left of something that is gone."""


def _account(row: Row) -> KeptAccount | None:
    account = account_of(row)
    if account is None:
        return None
    return KeptAccount(account=account, password_hash=credentials_of(row).password_hash)


def _video(row: Row) -> KeptVideo | None:
    video = video_of(row)
    if video is None:
        return None
    return KeptVideo(video=replace(video, totals=Totals()), opening_views=row["opening_views"] or 0)


def _rating(row: Row) -> Rating | None:
    """None for one that was withdrawn."""
    if row["stars"] is None:
        return None
    return Rating(
        video_id=VideoId(row["video_id"]),
        account_id=AccountId(row["account_id"]),
        stars=row["stars"],
        created_at=aware(row["created_at"]),
        updated_at=aware(row["updated_at"]),
    )


def _view(row: Row) -> View:
    viewer = row.get("viewer_id")
    return View(
        id=ViewId(row["id"]),
        video_id=VideoId(row["video_id"]),
        viewer_id=None if viewer is None else AccountId(viewer),
        at=aware(row["at"]),
    )


def _watch_time(row: Row) -> WatchTime:
    view = _view(row)
    return WatchTime(
        id=view.id, video_id=view.video_id, viewer_id=view.viewer_id, at=view.at, seconds=row["seconds"]
    )


def _activity(row: Row) -> Activity:
    return Activity(
        id=ActivityId(row["id"]),
        account_id=AccountId(row["account_id"]),
        kind=ActivityKind(row["kind"]),
        video_id=VideoId(row["video_id"]),
        comment_id=None if row["comment_id"] is None else CommentId(row["comment_id"]),
        at=aware(row["at"]),
    )


def _vector(row: Row) -> KeptVector:
    return KeptVector(
        video_id=VideoId(row["video_id"]),
        model=row["model"],
        vector=struct.unpack(f"<{row['dimension']}f", row["vector"]),
        stored_at=aware(row["stored_at"]),
    )


TABLES: dict[HoldingKind, Sequence[tuple[str, Reader]]] = {
    HoldingKind.ACCOUNTS: [(f"SELECT {COLUMNS}, password_hash, credentials FROM accounts", _account)],  # noqa: S608
    HoldingKind.VIDEOS: [(video_rows.SELECT, _video)],
    HoldingKind.COMMENTS: [(comments.EVERYTHING, comment_of)],
    HoldingKind.RATINGS: [(ratings.EVERYTHING, _rating)],
    HoldingKind.VIEWS: [
        ("SELECT id, video_id, viewer_id, at FROM views_by_viewer", _view),
        ("SELECT id, video_id, at FROM nameless_views", _view),
    ],
    HoldingKind.WATCH_TIME: [
        ("SELECT id, video_id, viewer_id, at, seconds FROM watch_time_by_viewer", _watch_time),
        ("SELECT id, video_id, at, seconds FROM nameless_watch_time", _watch_time),
    ],
    HoldingKind.ACTIVITY: [
        ("SELECT account_id, kind, at, id, video_id, comment_id FROM activity", _activity)
    ],
    HoldingKind.REMOVALS: [(removal_rows.SELECT, removal_rows.removal_of)],
    HoldingKind.FLAGS: [(flag_rows.SELECT, flag_rows.flag_of)],
    HoldingKind.AUDIT: [(audit.SELECT, audit.entry_of)],
    HoldingKind.VECTORS: [("SELECT video_id, model, dimension, vector, stored_at FROM vectors", _vector)],
}


class CassandraInventory:
    def __init__(self, session: CassandraSession) -> None:
        self._session = session

    async def count(self, kind: HoldingKind) -> None:
        """Nobody knows without reading them."""

    async def rows(self, kind: HoldingKind) -> AsyncGenerator[Sequence[Holding], None]:
        for select, read in TABLES[kind]:
            state: bytes | None = None
            while True:
                answer = await self._session.page(select, fetch=ROWS_AT_ONCE, state=state)
                found = [holding for row in answer.rows if (holding := read(row)) is not None]
                if kept := await self._kept(found):
                    yield kept
                state = answer.state
                if state is None:
                    break

    async def _kept(self, rows: Sequence[Holding]) -> list[Holding]:
        """Without those whose video or comment was purged."""
        leads = [(row, _video_of(row), _comment_of(row)) for row in rows]
        videos = await kept_among(self._session, {video for _, video, _ in leads if video is not None})
        comments_ = await kept_comments_among(self._session, {one for _, _, one in leads if one is not None})
        return [
            row
            for row, video, comment in leads
            if (video is None or video in videos) and (comment is None or comment in comments_)
        ]


def _video_of(row: Holding) -> VideoId | None:
    """The video that it needs."""
    match row:
        case Comment() | Rating() | View() | WatchTime() | Activity() | KeptVector():
            return row.video_id
        case Removal() if row.content_type is ContentType.VIDEO:
            return VideoId(row.content_id)
    return None


def _comment_of(row: Holding) -> CommentId | None:
    """The comment that it needs."""
    match row:
        case Activity():
            return row.comment_id
        case Removal() if row.content_type is ContentType.COMMENT:
            return CommentId(row.content_id)
    return None
