"""Watching: views, watch time, and what trends by them."""

from collections.abc import Sequence
from datetime import datetime

from killrvideo.domain.access import Caller
from killrvideo.domain.activity import Activity, ActivityKind
from killrvideo.domain.events import VideoViewed, WatchTimeReported
from killrvideo.domain.ids import AccountId, ActivityId, VideoId, ViewId
from killrvideo.domain.playback import Trending, View, WatchTime, check_watched, interval_start
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.videos import public_video


class Playback:
    def __init__(self, storage: Storage, clock: Clock, ids: IdSource) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids

    async def view(self, caller: Caller, video_id: VideoId) -> None:
        """Counts a view, by anybody. Raises VideoNotFound, before the video is READY too."""
        video = await public_video(self._storage.videos, video_id)
        viewer, now = caller.account_id, self._clock.now()
        view = View(id=ViewId(self._ids.new()), video_id=video_id, viewer_id=viewer, at=now)
        work = self._storage.begin("playback.view", caller.origin)
        work.made(view.id)
        self._storage.playback.add_view(work, view)
        if viewer is not None:
            self._storage.activity.add(work, self._activity(viewer, video_id, now))
        work.publish(VideoViewed(video_id=video_id, version=video.version, viewer_id=viewer))
        await work.commit()

    async def watch_time(self, caller: Caller, video_id: VideoId, seconds: int) -> None:
        """Adds a report of so many seconds watched. Raises VideoNotFound, InvalidInput."""
        viewer = caller.signed_in()
        video = await public_video(self._storage.videos, video_id)
        watched = WatchTime(
            id=ViewId(self._ids.new()),
            video_id=video_id,
            viewer_id=viewer,
            seconds=check_watched(seconds),
            at=self._clock.now(),
        )
        work = self._storage.begin("playback.watch_time", caller.origin)
        work.made(watched.id)
        self._storage.playback.add_watch_time(work, watched)
        work.publish(
            WatchTimeReported(video_id=video_id, version=video.version, account_id=viewer, seconds=seconds)
        )
        await work.commit()

    async def trending(self, days: int, limit: int) -> Sequence[Trending]:
        """The most viewed public videos of the last so many days, best first."""
        return await self._storage.playback.trending(interval_start(self._clock.now(), days), limit)

    def _activity(self, viewer: AccountId, video_id: VideoId, now: datetime) -> Activity:
        return Activity(
            id=ActivityId(self._ids.new()),
            account_id=viewer,
            kind=ActivityKind.VIEW,
            video_id=video_id,
            at=now,
        )
