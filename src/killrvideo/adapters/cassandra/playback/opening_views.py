"""Public videos that came with views, by how many: what trends where too little is viewed."""

import asyncio

from killrvideo.adapters.cassandra.cluster.session import CassandraSession
from killrvideo.adapters.cassandra.lists.lanes import LANES
from killrvideo.adapters.cassandra.lists.tables import ListRows, ListTable, change_rows
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.domain.ids import VideoId
from killrvideo.domain.videos import Video

TABLE = ListTable("opening_views", ("lane", "views", "video_id"))
MOST = "SELECT views, video_id FROM opening_views WHERE lane = :lane LIMIT :count"


def balance_of(video_id: VideoId) -> str:
    """Where a plan that knows a stored video knows the views that it came with by, as `int`."""
    return f"opening views of video:{video_id.hex}"


def follow_video(plan: Plan, before: Video | None, after: Video | None) -> None:
    """Plans what changes in the list with the video; None if it is not there before, or not afterwards."""
    video = after or before
    assert video is not None  # noqa: S101 - one of them is there
    views = _planned(plan, video.id)
    change_rows(plan, _rows(before, views), _rows(after, views))


def follow_balance(plan: Plan, video: Video, views: int) -> None:
    """Plans what changes in the list when the video has another balance."""
    change_rows(plan, _rows(video, _planned(plan, video.id)), _rows(video, views))
    plan.known[balance_of(video.id)] = views


async def most(session: CassandraSession, limit: int) -> list[VideoId]:
    """Those that came with the most views. Whoever reads the list, reads how many each has now."""
    lanes = await asyncio.gather(
        *(session.rows(MOST, {"lane": lane, "count": limit}) for lane in range(LANES))
    )
    rows = sorted((row for lane in lanes for row in lane), key=lambda row: row["views"], reverse=True)
    return [VideoId(row["video_id"]) for row in rows[:limit]]


def _planned(plan: Plan, video_id: VideoId) -> int:
    """As the plan leaves it so far: nothing for a video that it adds."""
    views = plan.known.get(balance_of(video_id), 0)
    assert isinstance(views, int)  # noqa: S101 - nobody else plans it
    return views


def _rows(video: Video | None, views: int) -> ListRows:
    if video is None or not video.is_public or not views:
        return {}
    return {(TABLE, (video.id.int % LANES, views, video.id)): ()}
