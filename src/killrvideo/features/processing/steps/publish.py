"""What the video is about, and then: from now on it is found and watched."""

from killrvideo.domain.events import VideoPublished
from killrvideo.domain.jobs import Job
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.features.processing.work import Keep
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.embedding import embedded
from killrvideo.service_interfaces.language import WRITE_SECONDS, EmbeddingModels
from killrvideo.service_interfaces.progress import Told
from killrvideo.service_interfaces.scratch import Scratch
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.units import UnitOfWork


class Embed:
    """Without a model there is no vector yet: what lacks one is found and embedded later."""

    def __init__(self, storage: Storage, clock: Clock, models: EmbeddingModels) -> None:
        self._storage = storage
        self._clock = clock
        self._models = models

    async def __call__(self, job: Job, video: Video, told: Told) -> Keep:  # noqa: ARG002
        vectors = await embedded(self._storage, self._models, video)

        async def keep(work: UnitOfWork, video: Video) -> None:  # noqa: ARG001
            vectors.put(self._storage, work, self._clock.now())

        return keep


class Publish:
    def __init__(self, storage: Storage, clock: Clock, models: EmbeddingModels, scratch: Scratch) -> None:
        self._storage = storage
        self._scratch = scratch
        self._clock = clock
        self._models = models

    async def __call__(self, job: Job, video: Video, told: Told) -> Keep:  # noqa: ARG002
        await self._scratch.clear(video.id)
        return self._keep

    async def _keep(self, work: UnitOfWork, video: Video) -> None:
        ready = video.changed(self._clock.now(), status=VideoStatus.READY, error=None)
        # Its text may have been edited since it was embedded.
        vectors = await embedded(self._storage, self._models, ready, seconds=WRITE_SECONDS)
        self._storage.videos.replace(work, ready)
        self._storage.search.put(work, ready)
        vectors.put(self._storage, work, self._clock.now())
        work.publish(VideoPublished(video_id=ready.id, version=ready.version))
