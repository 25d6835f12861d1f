"""What is like one video: about similar things, liked by the same people, of the same tags."""

import asyncio
from collections.abc import Collection, Sequence

from killrvideo.domain.ids import VideoId
from killrvideo.domain.kinship import kin_of, reason_for_kinship
from killrvideo.domain.learning import ModelCard
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.playback import interval_start
from killrvideo.domain.recommendations import NEWEST, POPULAR, RELATED_MOST, Recommendation, Served, ServedBy
from killrvideo.domain.videos import Video
from killrvideo.features.recommendations.sources import Sources
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.storage import Storage, checked
from killrvideo.service_interfaces.videos import public_video

POPULAR_DAYS = 7
"""Lists are filled up with what was watched most in so many days."""

Listed = list[Recommendation]


class Related:
    def __init__(self, storage: Storage, clock: Clock, sources: Sources) -> None:
        self._storage = storage
        self._clock = clock
        self._sources = sources

    async def to(self, video_id: VideoId, limit: int) -> Served[Sequence[Recommendation]]:
        """Best first, then what is popular. Raises VideoNotFound."""
        video = asyncio.ensure_future(public_video(self._storage.videos, video_id))
        card, _ = await checked(
            video,
            asyncio.gather(self._sources.within(self._storage.learned.active()), self._sources.prepare()),
        )
        alike = (await self._alike(video.result(), card))[:limit]
        fillers, by = await self._fillers(limit - len(alike), {video_id, *(one.video.id for one in alike)})
        return Served([*alike, *fillers], ServedBy.CONTENT if alike else by)

    async def _alike(self, video: Video, card: ModelCard | None) -> Listed:
        near, learned, in_words = await asyncio.gather(
            self._sources.near(video.id),
            self._sources.neighbours(card, [video.id]),
            self._sources.in_words(video),
        )
        together = learned[video.id].weights_by_id() if video.id in learned else {}
        kin = kin_of(near, together, in_words)
        ranked = [video_id for video_id in kin if video_id != video.id][: 2 * RELATED_MOST]
        return [
            Recommendation(other, kin[other.id].score, reason_for_kinship(video, other, kin[other.id]))
            for other in await self._storage.videos.get_many(ranked)
        ]

    async def _fillers(self, wanted: int, listed: Collection[VideoId]) -> tuple[Listed, ServedBy]:
        """So many that are not listed: what is watched most, or where that is not known, the newest."""
        if wanted <= 0:
            return [], ServedBy.TRENDING
        since, most = interval_start(self._clock.now(), POPULAR_DAYS), wanted + len(listed)
        trending = await self._sources.within(self._storage.playback.trending(since, most))
        if trending is not None:
            videos, reason, by = [one.video for one in trending], POPULAR, ServedBy.TRENDING
        else:
            latest = await self._storage.videos.latest(PageRequest(size=most))
            videos, reason, by = list(latest.items), NEWEST, ServedBy.LATEST
        unlisted = [video for video in videos if video.id not in listed]
        return [Recommendation(video, 0.0, reason) for video in unlisted][:wanted], by
