"""The archive of one's data: one JSON document with everything that is kept of an account."""

from datetime import datetime
from uuid import UUID

from killrvideo.api.accounts.bodies import User, in_full
from killrvideo.api.answers import Answer, Count
from killrvideo.api.comments import CommentResponse
from killrvideo.api.comments import spelled as comment_of
from killrvideo.api.flags import Flag
from killrvideo.api.flags import as_reported as flag_of
from killrvideo.api.videos.bodies import VideoDetail
from killrvideo.api.videos.bodies import detail as video_of
from killrvideo.domain.accounts import Session
from killrvideo.domain.activity import Activity, ActivityKind
from killrvideo.domain.captions import Captions
from killrvideo.domain.comments import Comment
from killrvideo.domain.exposures import Exposure
from killrvideo.domain.playback import View, WatchTime
from killrvideo.domain.ratings import Rating
from killrvideo.domain.uploads import Upload
from killrvideo.features.accounts import Archive


class ArchivedSession(Answer):
    sessionId: UUID
    openedAt: datetime
    expiresAt: datetime
    scopes: list[str] | None
    """The only permissions that it gives; null for all that the account has."""


class ArchivedCaptions(Answer):
    videoId: UUID
    language: str
    label: str
    text: str
    """WebVTT."""
    createdAt: datetime
    updatedAt: datetime | None
    """Null while they are as they were first put."""


class ArchivedUpload(Answer):
    """A file that was sent; once it is complete there is a video of the same id."""

    uploadId: UUID
    metadata: dict[str, str]
    """What was said of the file, such as its name."""
    size: int | None
    """Bytes in all; null while that is not known."""
    received: int
    """Bytes that are here."""
    createdAt: datetime


class ArchivedComment(CommentResponse):
    is_deleted: bool
    deleted_at: datetime | None
    """Null unless it is deleted."""


class ArchivedRating(Answer):
    videoId: UUID
    rating: int
    createdAt: datetime
    updatedAt: datetime


class ArchivedView(Answer):
    viewId: UUID
    videoId: UUID
    viewedAt: datetime


class ArchivedWatchTime(Answer):
    videoId: UUID
    watchDurationSeconds: Count
    reportedAt: datetime


class ArchivedActivity(Answer):
    activityId: UUID
    activityType: ActivityKind
    activityTimestamp: datetime
    videoId: UUID
    commentId: UUID | None
    """Null but for comments."""


class ArchivedExposure(Answer):
    """That the account met an arm of an experiment, and when it first did what is measured afterwards."""

    experiment: str
    round: int
    arm: str
    exposedAt: datetime
    viewedAt: datetime | None
    """Null for who did not begin to watch anything in the week after."""
    likedAt: datetime | None
    """Null for who did not give 4 or 5 stars in the week after."""
    dislikedAt: datetime | None
    """Null for who did not give 1 or 2 stars in the week after."""


class UserArchive(Answer):
    """Everything that is kept of an account, but for secrets."""

    exportedAt: datetime
    profile: User
    sessions: list[ArchivedSession]
    videos: list[VideoDetail]
    """Deleted ones too, marked `is_deleted`, until they are purged."""
    captions: list[ArchivedCaptions]
    """Of these videos."""
    uploads: list[ArchivedUpload]
    comments: list[ArchivedComment]
    """Deleted ones too, marked `is_deleted`, until they are purged."""
    ratings: list[ArchivedRating]
    views: list[ArchivedView]
    watchTime: list[ArchivedWatchTime]
    activity: list[ArchivedActivity]
    flags: list[Flag]
    experiments: list[ArchivedExposure]


def spelled(archive: Archive) -> UserArchive:
    return UserArchive(
        exportedAt=archive.made_at,
        profile=in_full(archive.account),
        sessions=[_session(session) for session in archive.sessions],
        videos=[video_of(video) for video in archive.videos],
        captions=[_captions(captions) for captions in archive.captions],
        uploads=[_upload(upload) for upload in archive.uploads],
        comments=[_comment(comment) for comment in archive.comments],
        ratings=[_rating(rating) for rating in archive.ratings],
        views=[_view(view) for view in archive.views],
        watchTime=[_watch_time(watched) for watched in archive.watch_time],
        activity=[_activity(activity) for activity in archive.activity],
        flags=[flag_of(flag) for flag in archive.flags],
        experiments=[_exposure(exposure) for exposure in archive.exposures],
    )


def _session(session: Session) -> ArchivedSession:
    narrowed_to = session.narrowed_to
    return ArchivedSession(
        sessionId=session.id,
        openedAt=session.opened_at,
        expiresAt=session.expires_at,
        scopes=None if narrowed_to is None else sorted(narrowed_to),
    )


def _captions(captions: Captions) -> ArchivedCaptions:
    track = captions.track
    return ArchivedCaptions(
        videoId=track.video_id,
        language=track.language,
        label=track.label,
        text=captions.text,
        createdAt=track.created_at,
        updatedAt=track.updated_at,
    )


def _upload(upload: Upload) -> ArchivedUpload:
    return ArchivedUpload(
        uploadId=upload.id,
        metadata=dict(upload.metadata),
        size=upload.length,
        received=upload.offset,
        createdAt=upload.created_at,
    )


def _comment(comment: Comment) -> ArchivedComment:
    return ArchivedComment(
        **comment_of(comment).model_dump(), is_deleted=bool(comment.causes), deleted_at=comment.deleted_at
    )


def _rating(rating: Rating) -> ArchivedRating:
    return ArchivedRating(
        videoId=rating.video_id,
        rating=rating.stars,
        createdAt=rating.created_at,
        updatedAt=rating.updated_at,
    )


def _view(view: View) -> ArchivedView:
    return ArchivedView(viewId=view.id, videoId=view.video_id, viewedAt=view.at)


def _watch_time(watched: WatchTime) -> ArchivedWatchTime:
    return ArchivedWatchTime(
        videoId=watched.video_id, watchDurationSeconds=watched.seconds, reportedAt=watched.at
    )


def _activity(activity: Activity) -> ArchivedActivity:
    return ArchivedActivity(
        activityId=activity.id,
        activityType=activity.kind,
        activityTimestamp=activity.at,
        videoId=activity.video_id,
        commentId=activity.comment_id,
    )


def _exposure(exposure: Exposure) -> ArchivedExposure:
    return ArchivedExposure(
        experiment=exposure.experiment,
        round=exposure.round,
        arm=exposure.arm,
        exposedAt=exposure.at,
        viewedAt=exposure.viewed_at,
        likedAt=exposure.liked_at,
        dislikedAt=exposure.disliked_at,
    )
