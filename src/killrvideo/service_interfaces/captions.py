"""Where captions are kept: one track for each video and language."""

from collections.abc import Sequence
from typing import Protocol

from killrvideo.domain.captions import Captions, CaptionTrack
from killrvideo.domain.ids import VideoId
from killrvideo.service_interfaces.units import UnitOfWork


class CaptionStore(Protocol):
    """Keeps captions of videos in every state; who may read them is the features' to say."""

    async def get(self, video_id: VideoId, language: str) -> Captions | None: ...

    async def tracks(self, video_id: VideoId) -> Sequence[CaptionTrack]:
        """What there is, by language, without the texts."""
        ...

    def put(self, work: UnitOfWork, captions: Captions) -> None:
        """Adds a track, at whatever version, or stores its next version; raises StaleVersion unless its
        predecessor is the present one, and for a video that is gone.
        """
        ...

    def remove(self, work: UnitOfWork, track: CaptionTrack) -> None:
        """Raises StaleVersion unless this is the present version."""
        ...
