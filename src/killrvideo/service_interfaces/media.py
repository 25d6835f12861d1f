"""Where it is written down what was made of a video."""

from typing import Protocol

from killrvideo.domain.ids import VideoId
from killrvideo.domain.media import Media
from killrvideo.service_interfaces.units import UnitOfWork


class MediaStore(Protocol):
    """Keeps media of videos in every state; who may see them is the features' to say."""

    async def get(self, video_id: VideoId) -> Media | None: ...

    def put(self, work: UnitOfWork, media: Media) -> None:
        """Adds it, or stores its next version.

        Raises StaleVersion unless its predecessor is the present one.
        """
        ...
