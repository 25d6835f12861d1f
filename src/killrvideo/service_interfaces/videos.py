"""Where videos are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from killrvideo.domain.access import Caller
from killrvideo.domain.errors import VideoNotFound, VideoNotReady
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.service_interfaces.units import UnitOfWork


class VideoStore(Protocol):
    """Lists hold what the public may see, newest first, unless they say otherwise."""

    async def get(self, video_id: VideoId) -> Video | None:
        """The video in any state, removed ones too: who may see it is the feature's to say."""
        ...

    async def get_many(self, video_ids: Sequence[VideoId]) -> Sequence[Video]:
        """Those of the videos that the public may see, in the order asked for."""
        ...

    async def latest(self, wanted: PageRequest) -> Page[Video]: ...

    async def by_tag(self, tag: str, wanted: PageRequest) -> Page[Video]:
        """Ignoring the tag's case."""
        ...

    async def by_uploader(
        self, uploader_id: AccountId, wanted: PageRequest, *, every_state: bool
    ) -> Page[Video]:
        """Never removed ones; with ``every_state`` also what is not READY."""
        ...

    async def all_of(self, uploader_id: AccountId) -> Sequence[Video]:
        """Everything that the account uploaded, removed ones too: for the archive of one's data."""
        ...

    async def ids_of(self, uploader_id: AccountId) -> Sequence[VideoId]:
        """The same by their ids alone, in any order: to go through them one by one."""
        ...

    async def all(self) -> Sequence[Video]:
        """Every video that no cause hides, in any state, oldest first: for export."""
        ...

    async def unfinished(self, submitted_before: datetime, limit: int) -> Sequence[Video]:
        """PENDING or PROCESSING, not removed, and no job is at work or waiting for them."""
        ...

    async def purgeable(self, deleted_before: datetime, limit: int) -> Sequence[VideoId]:
        """Removed before the instant by something else than a suspension, and still."""
        ...

    async def count(self) -> int:
        """How many videos the public may see."""
        ...

    def add(self, work: UnitOfWork, video: Video) -> None:
        """Raises AlreadySubmitted if the uploader has this YouTube video, also one removed by moderation."""
        ...

    def replace(self, work: UnitOfWork, video: Video) -> None:
        """Stores the next version; raises StaleVersion unless its predecessor is the present one,
        and AlreadySubmitted as `add` does (a restored video can meet its twin). Totals, and who submitted
        it when, are not touched.
        """
        ...

    def set_opening_views(self, work: UnitOfWork, video_id: VideoId, views: int) -> None:
        """The balance that an imported video starts with; its own views are counted on top."""
        ...

    def purge(self, work: UnitOfWork, video: Video) -> None:
        """Removes the video and everything that hangs on it, for good; raises StaleVersion unless this is
        its present version.
        """
        ...


async def visible_video(videos: VideoStore, caller: Caller, video_id: VideoId) -> Video:
    """The video, if this caller may see it; raises VideoNotFound."""
    video = await videos.get(video_id)
    if video is None or not video.visible_to(caller):
        raise VideoNotFound(f"There is no video {video_id}, or it is not public.")
    return video


async def ready_video(videos: VideoStore, caller: Caller, video_id: VideoId, what: str) -> Video:
    """The video, if it has comments, ratings or so on to read; raises VideoNotFound, VideoNotReady.

    ``what`` opens the sentence for those who may see the video before: "Comments", for instance.
    """
    video = await visible_video(videos, caller, video_id)
    if video.status is not VideoStatus.READY:
        raise VideoNotReady(f"{what} open when the video is READY; it is {video.status} now.")
    return video


async def open_video(videos: VideoStore, caller: Caller, video_id: VideoId, what: str) -> Video:
    """As `ready_video`, but to write: nobody adds to a removed video, though moderators read it."""
    video = await ready_video(videos, caller, video_id, what)
    if video.causes:
        raise VideoNotReady(f"{what} are closed while the video is deleted.")
    return video


async def public_video(videos: VideoStore, video_id: VideoId) -> Video:
    """The video, if everybody may see it; raises VideoNotFound."""
    video = await videos.get(video_id)
    if video is None or not video.is_public:
        raise VideoNotFound(f"There is no video {video_id}, or it is not public.")
    return video
