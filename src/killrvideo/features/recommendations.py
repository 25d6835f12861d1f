"""What to watch next: like this video, and for this person; and vectors that clients bring."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

from killrvideo.domain.access import Caller, Scope
from killrvideo.domain.errors import VideoNotFound
from killrvideo.domain.events import VectorStored
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.playback import interval_start
from killrvideo.domain.recommendations import (
    POPULAR,
    RELATED_MOST,
    Recommendation,
    Signal,
    reason_for,
    reason_for_likeness,
    signal_of_rating,
    signal_of_view,
    tag_weights,
)
from killrvideo.domain.search import SearchHit
from killrvideo.domain.vectors import check_vector
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.language import EmbeddingModels
from killrvideo.service_interfaces.search import with_videos
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.videos import public_video

POPULAR_DAYS = 7
"""Lists are filled up with what was watched most in so many days."""
SIGNALS_MOST = 100
"""Views, and as many ratings, that count for somebody's taste: the newest."""


class Recommendations:
    def __init__(
        self, storage: Storage, clock: Clock, models: EmbeddingModels, *, remembered: int = 1000
    ) -> None:
        """What is like a video is ``remembered`` for so many."""
        self._storage = storage
        self._clock = clock
        self._models = models
        self._likenesses = Likenesses(remembered)

    async def related(self, video_id: VideoId, limit: int) -> Sequence[Recommendation]:
        """What is like this video, best first, then what is popular. Raises VideoNotFound."""
        video = await public_video(self._storage.videos, video_id)
        alike = (await self._alike(video))[:limit]
        if len(alike) == limit:
            return alike
        listed = {video_id, *(one.video.id for one in alike)}
        since = interval_start(self._clock.now(), POPULAR_DAYS)
        trending = await self._storage.playback.trending(since, limit + len(listed))
        popular = [Recommendation(one.video, 0.0, POPULAR) for one in trending if one.video.id not in listed]
        return [*alike, *popular][:limit]

    async def for_you(self, caller: Caller, wanted: PageRequest) -> Page[Recommendation]:
        """What the caller has not seen: first by the tags of what it watched and rated, then popular."""
        account_id = caller.signed_in()
        signals = await self._signals(account_id)
        hits = await self._storage.search.by_taste(tag_weights(signals), account_id, wanted)
        items = tuple(
            Recommendation(video, hit.score, reason_for(video, signals) if hit.score else POPULAR)
            for video, hit in await with_videos(self._storage.videos, hits.items)
        )
        return Page(items, hits.total, hits.next, hits.total_is_capped)

    async def ingest(self, caller: Caller, video_id: VideoId, vector: Sequence[float]) -> None:
        """Stores a vector that the client brought for a video, as if the configured model had made it: it
        stands until the text is edited. Raises VideoNotFound, InvalidVector.
        """
        caller.signed_in()
        video = await self._writable(caller, video_id)
        model = self._models.current
        checked = check_vector(vector, model.dimension)
        work = self._storage.begin("recommendations.ingest", caller.origin)
        work.made(video_id)
        self._storage.vectors.put(work, video_id, model.name, checked, self._clock.now(), text_digest=None)
        work.publish(VectorStored(video_id=video_id, version=video.version, model=model.name))
        await work.commit()

    def forget_all(self) -> None:
        """Looks anew, next time, for what is like a video: one that changes can be like any other."""
        self._likenesses.forget_all()

    async def _alike(self, video: Video) -> list[Recommendation]:
        hits = self._likenesses.of(video.id)
        if hits is None:
            known = self._likenesses.state
            hits = await self._storage.search.similar(video, RELATED_MOST)
            self._likenesses.remember(video.id, hits, known)
        return [
            Recommendation(other, hit.score, reason_for_likeness(video, other))
            for other, hit in await with_videos(self._storage.videos, hits)
        ]

    async def _signals(self, account_id: AccountId) -> list[Signal]:
        """Ratings before views: where both speak for a video, what one liked is the better reason."""
        ratings, watched = await asyncio.gather(
            self._storage.ratings.by_account(account_id, SIGNALS_MOST),
            self._storage.playback.watched_by(account_id, SIGNALS_MOST),
        )
        videos = await self._storage.videos.get_many([*(one.video_id for one in ratings), *watched])
        by_id = {video.id: video for video in videos}
        rated = [signal_of_rating(by_id[one.video_id], one.stars) for one in ratings if one.video_id in by_id]
        seen = [by_id[video_id] for video_id in watched if video_id in by_id]
        return [*rated, *(signal_of_view(video, since) for since, video in enumerate(seen))]

    async def _writable(self, caller: Caller, video_id: VideoId) -> Video:
        """The video, if this caller may store its vector: a service may for all that are not removed."""
        video = await self._storage.videos.get(video_id)
        is_service = caller.may(Scope.VECTORS_WRITE)
        if video is None or not (video.visible_to(caller) or (is_service and not video.causes)):
            raise VideoNotFound(f"There is no video {video_id}, or it is not public.")
        if not is_service:
            caller.require_own_or(video.uploader_id, Scope.VIDEOS_WRITE, Scope.MODERATION_ACT)
        return video


class Likenesses:
    """What is like each of the videos asked for last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._hits: OrderedDict[VideoId, Sequence[SearchHit]] = OrderedDict()
        self.state = 0
        """Grows whenever all is forgotten."""

    def of(self, video_id: VideoId) -> Sequence[SearchHit] | None:
        if video_id in self._hits:
            self._hits.move_to_end(video_id)
        return self._hits.get(video_id)

    def remember(self, video_id: VideoId, hits: Sequence[SearchHit], state: int) -> None:
        """Without effect if all was forgotten since the ``state`` in which the hits were asked for."""
        if state != self.state:
            return
        self._hits[video_id] = hits
        self._hits.move_to_end(video_id)
        if len(self._hits) > self._most:
            self._hits.popitem(last=False)

    def forget_all(self) -> None:
        self.state += 1
        self._hits.clear()
