"""Hiding and showing content: the stores that have to change together, said once for all features."""

from datetime import datetime

from killrvideo.domain.comments import Comment
from killrvideo.domain.events import CommentHidden, CommentRestored, VideoHidden, VideoRestored
from killrvideo.domain.removals import Cause, ContentType, Removal
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.units import UnitOfWork


def hide_video(storage: Storage, work: UnitOfWork, video: Video, removal: Removal) -> Video:
    """Adds the removal's cause to the video; it leaves the index. Commit raises StaleVersion."""
    hidden = video.hidden_by(removal.cause, removal.at)
    storage.videos.replace(work, hidden)
    storage.removals.add(work, removal)
    storage.search.remove(work, video.id)
    work.publish(VideoHidden(video_id=video.id, version=hidden.version, cause=removal.cause.word))
    return hidden


def show_video(storage: Storage, work: UnitOfWork, video: Video, cause: Cause, at: datetime) -> Video:
    """Lifts the cause; once none is left the video is found again. Commit raises StaleVersion."""
    shown = video.freed_from(cause, at)
    storage.videos.replace(work, shown)
    storage.removals.lift(work, ContentType.VIDEO, video.id, cause)
    if shown.is_public:
        storage.search.put(work, shown)
    work.publish(VideoRestored(video_id=video.id, version=shown.version, cause=cause.word))
    return shown


def hide_comment(storage: Storage, work: UnitOfWork, comment: Comment, removal: Removal) -> Comment:
    """Adds the removal's cause to the comment. Commit raises StaleVersion."""
    hidden = comment.hidden_by(removal.cause, removal.at)
    storage.comments.replace(work, hidden)
    storage.removals.add(work, removal)
    work.publish(
        CommentHidden(
            comment_id=comment.id,
            video_id=comment.video_id,
            version=hidden.version,
            cause=removal.cause.word,
        )
    )
    return hidden


def show_comment(storage: Storage, work: UnitOfWork, comment: Comment, cause: Cause) -> Comment:
    """Lifts the cause from the comment. Commit raises StaleVersion."""
    shown = comment.freed_from(cause)
    storage.comments.replace(work, shown)
    storage.removals.lift(work, ContentType.COMMENT, comment.id, cause)
    work.publish(
        CommentRestored(
            comment_id=comment.id, video_id=comment.video_id, version=shown.version, cause=cause.word
        )
    )
    return shown
