"""Rating videos: one rating for each account and video, replaced on repeat."""

from killrvideo.domain.access import Caller, Scope
from killrvideo.domain.activity import Activity, ActivityKind
from killrvideo.domain.errors import NotFound
from killrvideo.domain.events import RatingWithdrawn, VideoRated
from killrvideo.domain.ids import AccountId, ActivityId, VideoId
from killrvideo.domain.ratings import Rating, RatingSummary, check_stars
from killrvideo.domain.videos import Totals
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.videos import open_video, ready_video, visible_video


class Ratings:
    def __init__(self, storage: Storage, clock: Clock, ids: IdSource) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids

    async def rate(self, caller: Caller, video_id: VideoId, stars: int) -> Rating:
        """The caller's one rating of the video, new or changed. Raises VideoNotFound, VideoNotReady."""
        account_id = caller.require(Scope.RATINGS_WRITE)
        video = await open_video(self._storage.videos, caller, video_id, "Ratings")
        former = await self._storage.ratings.get(video_id, account_id)
        rating = self._rating(video_id, account_id, check_stars(stars), former)
        work = self._storage.begin("ratings.rate", caller.origin)
        work.made(video_id)
        self._storage.ratings.put(work, rating)
        if former is None or former.stars != stars:
            self._storage.activity.add(work, self._activity(rating))
        work.publish(VideoRated(video_id=video_id, version=video.version, account_id=account_id, stars=stars))
        await work.commit()
        return rating

    async def own(self, caller: Caller, video_id: VideoId) -> Rating:
        """What the caller rated; raises NotFound if there is no such rating."""
        rating = await self._storage.ratings.get(video_id, caller.signed_in())
        if rating is None:
            raise NotFound(f"You have no rating on video {video_id}.")
        return rating

    async def withdraw(self, caller: Caller, video_id: VideoId) -> None:
        """Takes the caller's rating back, if there is one. Raises VideoNotFound."""
        account_id = caller.require(Scope.RATINGS_WRITE)
        video = await visible_video(self._storage.videos, caller, video_id)
        if await self._storage.ratings.get(video_id, account_id) is None:
            return
        work = self._storage.begin("ratings.withdraw", caller.origin)
        self._storage.ratings.withdraw(work, video_id, account_id)
        work.publish(RatingWithdrawn(video_id=video_id, version=video.version, account_id=account_id))
        await work.commit()

    async def totals(self, caller: Caller, video_id: VideoId) -> Totals:
        """All ratings of the video. Raises VideoNotFound, VideoNotReady."""
        return (await ready_video(self._storage.videos, caller, video_id, "Ratings")).totals

    async def summary(self, caller: Caller, video_id: VideoId) -> RatingSummary:
        """All ratings of the video and the caller's own, none before it is READY. Raises VideoNotFound."""
        video = await visible_video(self._storage.videos, caller, video_id)
        if caller.account_id is None:
            return RatingSummary(video.totals)
        own = await self._storage.ratings.get(video_id, caller.account_id)
        return RatingSummary(video.totals, own.stars if own else None)

    def _rating(self, video_id: VideoId, account_id: AccountId, stars: int, former: Rating | None) -> Rating:
        now = self._clock.now()
        return Rating(
            video_id=video_id,
            account_id=account_id,
            stars=stars,
            created_at=former.created_at if former else now,
            updated_at=now,
        )

    def _activity(self, rating: Rating) -> Activity:
        return Activity(
            id=ActivityId(self._ids.new()),
            account_id=rating.account_id,
            kind=ActivityKind.RATE,
            video_id=rating.video_id,
            at=rating.updated_at,
        )
