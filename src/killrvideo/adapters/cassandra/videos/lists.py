"""What follows from how a video stands: the lists that it is in, what it counts for, the name that it holds.

All of it is computed from the video alone, before and after a change; what differs is planned.
"""

from hashlib import sha256

from killrvideo.adapters.cassandra.cluster.session import Value
from killrvideo.adapters.cassandra.lists.lanes import LANES
from killrvideo.adapters.cassandra.lists.parted import part_of
from killrvideo.adapters.cassandra.lists.tables import ListRows, ListTable, change_rows
from killrvideo.adapters.cassandra.lists.time_buckets import BucketedList, day_of
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.domain.errors import AlreadySubmitted
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.removals import Cause
from killrvideo.domain.videos import Video, VideoStatus, tag_key

LATEST = ListTable("latest_videos", ("day", "submitted_at", "id"))
BY_TAG = ListTable("videos_by_tag", ("tag_key", "part", "submitted_at", "id"), ("tags",))
BY_UPLOADER = ListTable("videos_by_uploader", ("uploader_id", "list", "submitted_at", "id"))
UNFINISHED = ListTable("unfinished_videos", ("lane", "submitted_at", "id"))
DELETED = ListTable("deleted_videos", ("lane", "deleted_at", "id"), ("uploader_id", "causes"))

PUBLIC, OWN, ALL = "public", "own", "all"
"""Lists of an uploader."""
PUBLIC_VIDEOS = "public videos"
"""What public videos are tallied for."""
IN_WORK = {VideoStatus.PENDING, VideoStatus.PROCESSING}
ONCE = Cause.AUTHOR | Cause.MODERATION


def tag_subject(key: str) -> str:
    return f"tag:{key}"


def uploader_subject(uploader_id: AccountId) -> str:
    """What the account's public videos are tallied for."""
    return f"uploader:{uploader_id.hex}"


def uploads_subject(uploader_id: AccountId) -> str:
    """What the account's videos that no cause hides are tallied for."""
    return f"uploads:{uploader_id.hex}"


def lane_of(video_id: VideoId) -> int:
    return video_id.int % LANES


def follow(plan: Plan, latest: BucketedList, before: Video | None, after: Video | None) -> None:
    """Plans what changes with the video; None for one that is not there before, or not afterwards."""
    change_rows(plan, _rows(before), _rows(after))
    if after is not None and after.is_public:
        latest.note(plan, after.submitted_at)
    _count(plan, before, after)
    _rename(plan, before, after)


def _rows(video: Video | None) -> ListRows:
    if video is None:
        return {}
    place = (video.submitted_at, video.id)
    rows: dict[tuple[ListTable, tuple[Value, ...]], tuple[Value, ...]] = {
        (BY_UPLOADER, (video.uploader_id, list_, *place)): () for list_ in _uploader_lists(video)
    }
    if video.is_public:
        rows[LATEST, (day_of(video.submitted_at), *place)] = ()
        tags = sorted(_tag_keys(video))
        rows |= {(BY_TAG, (key, part_of(video.id), *place)): (tags,) for key in tags}
    if video.status in IN_WORK and not video.causes:
        rows[UNFINISHED, (lane_of(video.id), *place)] = ()
    if video.deleted_at is not None:
        key = (lane_of(video.id), video.deleted_at, video.id)
        rows[DELETED, key] = (video.uploader_id, video.causes.value)
    return rows


def _uploader_lists(video: Video) -> tuple[str, ...]:
    if video.causes:
        return (ALL,)
    return (PUBLIC, OWN, ALL) if video.is_public else (OWN, ALL)


def _tag_keys(video: Video) -> set[str]:
    return {tag_key(tag) for tag in video.tags}


def _count(plan: Plan, before: Video | None, after: Video | None) -> None:
    then, now = _subjects(before), _subjects(after)
    video = after or before
    assert video is not None  # noqa: S101 - one of them is there
    # A purge comes after the last version.
    change = f"{video.id.hex}:{video.version + (after is None)}"
    for subject in then - now:
        plan.tally(subject, change, videos=-1)
    for subject in now - then:
        plan.tally(subject, change, videos=1)


def _subjects(video: Video | None) -> set[str]:
    if video is None or video.causes:
        return set()
    own = {uploads_subject(video.uploader_id)}
    if not video.is_public:
        return own
    public = {PUBLIC_VIDEOS, uploader_subject(video.uploader_id)}
    return own | public | {tag_subject(key) for key in _tag_keys(video)}


def _rename(plan: Plan, before: Video | None, after: Video | None) -> None:
    """One uploader has a YouTube video once."""
    then, now = _submission(before), _submission(after)
    if then == now:
        return
    if before is not None and then is not None:
        plan.release(then, before.id.hex)
    if after is not None and now is not None:
        plan.claim(now, after.id.hex, AlreadySubmitted)


def _submission(video: Video | None) -> str | None:
    """The name that only one such video has; None for one that others may equal.

    After a deletion of one's own it may be submitted again, after one by moderation it may not; moderation
    can also remove what its owner deleted and has anew.
    """
    if video is None or video.youtube_id is None:
        return None
    if video.causes and video.causes & ONCE != Cause.MODERATION:
        return None
    # Whoever holds the key knows neither who nor what.
    digest = sha256(f"{video.uploader_id.hex}:{video.youtube_id}".encode())
    return f"submission:{digest.hexdigest()}"
