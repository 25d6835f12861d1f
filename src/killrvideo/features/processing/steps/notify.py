"""Telling whoever the operator named that there is a new video."""

from killrvideo.domain.jobs import Job
from killrvideo.domain.videos import Video
from killrvideo.features.processing.work import Keep, nothing_more
from killrvideo.service_interfaces.notifying import Notifier
from killrvideo.service_interfaces.progress import Told

PUBLISHED = "video.published"


class Notify:
    def __init__(self, notifier: Notifier | None) -> None:
        """None where nobody is to be told."""
        self._notifier = notifier

    async def __call__(self, job: Job, video: Video, told: Told) -> Keep:  # noqa: ARG002
        if self._notifier is not None and video.is_public:
            facts = {"videoId": str(video.id), "userId": str(video.uploader_id), "title": video.title}
            # Another job may tell of it again, where this one ends without anybody knowing that it did.
            await self._notifier.tell(f"published-{video.id}", PUBLISHED, facts)
        return nothing_more
