"""Everything in the keyspace, row by row: whole tables, page by page.

What hangs on something that was purged a moment ago is left out, and so is whose the views of an erased
account were: that follows within minutes.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace

from killrvideo.adapters.cassandra import ratings, uploads
from killrvideo.adapters.cassandra.accounts.rows import COLUMNS, account_of, credentials_of
from killrvideo.adapters.cassandra.captions import rows as caption_rows
from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.comments import comments
from killrvideo.adapters.cassandra.comments.rows import comment_of, kept_comments_among
from killrvideo.adapters.cassandra.experiments import rows as experiment_rows
from killrvideo.adapters.cassandra.moderation import audit, flag_rows
from killrvideo.adapters.cassandra.playback.erased_viewers import just_erased
from killrvideo.adapters.cassandra.playback.view_rows import view_of, watch_time_of
from killrvideo.adapters.cassandra.removals import rows as removal_rows
from killrvideo.adapters.cassandra.vectors.directions import unpacked
from killrvideo.adapters.cassandra.videos import rows as video_rows
from killrvideo.adapters.cassandra.videos.rows import kept_among, video_of
from killrvideo.adapters.media_bodies import read_media
from killrvideo.domain.activity import Activity, ActivityKind
from killrvideo.domain.captions import Captions
from killrvideo.domain.comments import Comment
from killrvideo.domain.ids import AccountId, ActivityId, CommentId, UploadId, VideoId
from killrvideo.domain.media import Media
from killrvideo.domain.playback import View, WatchTime
from killrvideo.domain.ratings import Rating
from killrvideo.domain.removals import ContentType, Removal
from killrvideo.domain.videos import Totals
from killrvideo.service_interfaces.moving import (
    PIECE,
    Holding,
    HoldingKind,
    KeptAccount,
    KeptPart,
    KeptVector,
    KeptVideo,
)

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
        vector=unpacked(row["vector"]),
        stored_at=aware(row["stored_at"]),
        text_digest=row["text_digest"],
    )


def _media(row: Row) -> Media | None:
    return None if row["body"] is None else replace(read_media(row["body"]), version=1)


def _part(row: Row) -> KeptPart:
    return KeptPart(
        upload_id=UploadId(row["upload_id"]), start=row["start"], size=row["size"], key=row["key"]
    )


# Names of tables and columns are constants of the code.
TABLES: dict[HoldingKind, tuple[str, Reader]] = {
    HoldingKind.ACCOUNTS: (
        f"SELECT {COLUMNS}, password_hash, credentials FROM accounts",  # noqa: S608
        _account,
    ),
    HoldingKind.VIDEOS: (video_rows.SELECT, _video),
    HoldingKind.COMMENTS: (comments.EVERYTHING, comment_of),
    HoldingKind.RATINGS: (ratings.EVERYTHING, _rating),
    HoldingKind.VIEWS: ("SELECT id, video_id, viewer_id, at FROM views", view_of),
    HoldingKind.WATCH_TIME: ("SELECT id, video_id, viewer_id, at, seconds FROM watch_time", watch_time_of),
    HoldingKind.ACTIVITY: ("SELECT account_id, kind, at, id, video_id, comment_id FROM activity", _activity),
    HoldingKind.REMOVALS: (removal_rows.SELECT, removal_rows.removal_of),
    HoldingKind.FLAGS: (flag_rows.SELECT, flag_rows.flag_of),
    HoldingKind.AUDIT: (audit.SELECT, audit.entry_of),
    HoldingKind.VECTORS: ("SELECT video_id, model, vector, stored_at, text_digest FROM vectors", _vector),
    HoldingKind.EXPERIMENTS: (experiment_rows.SELECT_EXPERIMENTS, experiment_rows.experiment_of),
    HoldingKind.EXPOSURES: (experiment_rows.SELECT_EXPOSURES, experiment_rows.exposure_of),
    HoldingKind.CAPTIONS: (caption_rows.SELECT, lambda _: None),
    HoldingKind.MEDIA: ("SELECT body FROM media", _media),
    HoldingKind.UPLOADS: (uploads.SELECT, uploads.upload_of),
    HoldingKind.UPLOAD_PARTS: ("SELECT upload_id, start, size, key FROM upload_parts", _part),
}


class CassandraInventory:
    def __init__(self, session: CassandraSession) -> None:
        self._session = session

    async def count(self, kind: HoldingKind) -> None:
        """Nobody knows without reading them."""

    async def rows(self, kind: HoldingKind) -> AsyncGenerator[Sequence[Holding], None]:
        select, read = TABLES[kind]
        erased = await just_erased(self._session)
        state: bytes | None = None
        while True:
            answer = await self._session.page(select, fetch=PIECE, state=state)
            rows = (
                await self._captions(answer.rows) if kind is HoldingKind.CAPTIONS else map(read, answer.rows)
            )
            found = [_without_name(row, erased) for row in rows if row is not None]
            if kept := await self._kept(found):
                yield kept
            state = answer.state
            if state is None:
                break

    async def _captions(self, rows: Sequence[Row]) -> list[Captions | None]:
        """Each with its text, which stands elsewhere."""
        return [await caption_rows.captions_of(self._session, row) for row in rows]

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


def _without_name(row: Holding, erased: set[AccountId]) -> Holding:
    if isinstance(row, View | WatchTime) and row.viewer_id in erased:
        return replace(row, viewer_id=None)
    return row


def _video_of(row: Holding) -> VideoId | None:
    """The video that it needs."""
    match row:
        case Comment() | Rating() | View() | WatchTime() | Activity() | KeptVector() | Media():
            return row.video_id
        case Captions():
            return row.track.video_id
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
