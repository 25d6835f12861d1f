"""What to watch next: like this video, and for this person; and vectors that clients bring."""

from collections.abc import Mapping, Sequence

from killrvideo.domain.access import Caller, Scope
from killrvideo.domain.errors import VideoNotFound
from killrvideo.domain.events import VectorStored
from killrvideo.domain.experiments import RECOMMENDER
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.recommendations import Recommendation, Served, ServedBy
from killrvideo.domain.vectors import check_vector
from killrvideo.domain.videos import Video
from killrvideo.features.recommendations.for_you import ForYou
from killrvideo.features.recommendations.related import Related
from killrvideo.features.recommendations.sources import Sources
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.experiments import Experiments
from killrvideo.service_interfaces.language import EmbeddingModels
from killrvideo.service_interfaces.storage import Storage

STEP_OF_ARM: Mapping[str, ServedBy] = {
    "learned": ServedBy.PERSONAL,
    **{step.value: step for step in ServedBy},
}
"""With which step the chain begins for each arm of the experiment."""


class Recommendations:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        models: EmbeddingModels,
        experiments: Experiments,
        *,
        seconds: float = 1.0,
        remembered: int = 1000,
    ) -> None:
        """``seconds`` is what one source of recommendations may take before it is done without. What is like
        a video is ``remembered`` for so many.
        """
        self._storage = storage
        self._clock = clock
        self._models = models
        self._experiments = experiments
        self._sources = Sources(storage, seconds=seconds, remembered=remembered)
        self._related = Related(storage, clock, self._sources)
        self._for_you = ForYou(storage, self._sources)

    async def related(self, video_id: VideoId, limit: int) -> Served[Sequence[Recommendation]]:
        """What is like this video, best first, then what is popular. Raises VideoNotFound."""
        return await self._related.to(video_id, limit)

    async def for_you(self, caller: Caller, wanted: PageRequest) -> Served[Page[Recommendation]]:
        """What the caller has not seen, as far as that is known (`ForYou.page`): first what it may like by
        what it watched and rated, then popular.
        """
        account_id = caller.signed_in()
        return await self._for_you.page(account_id, wanted, lambda: self._dealt(account_id))

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
        self._sources.forget_all()

    def _dealt(self, account_id: AccountId) -> ServedBy:
        arm = self._experiments.variant(RECOMMENDER, account_id, ServedBy.PERSONAL)
        return STEP_OF_ARM.get(arm, ServedBy.PERSONAL)

    async def _writable(self, caller: Caller, video_id: VideoId) -> Video:
        """The video, if this caller may store its vector: a service may for all that are not removed."""
        video = await self._storage.videos.get(video_id)
        is_service = caller.may(Scope.VECTORS_WRITE)
        if video is None or not (video.visible_to(caller) or (is_service and not video.causes)):
            raise VideoNotFound(f"There is no video {video_id}, or it is not public.")
        if not is_service:
            caller.require_own_or(video.uploader_id, Scope.VIDEOS_WRITE, Scope.MODERATION_ACT)
        return video
