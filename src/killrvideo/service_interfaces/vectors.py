"""Where embedding vectors are kept, one for each video and model."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from killrvideo.domain.ids import VideoId
from killrvideo.service_interfaces.units import UnitOfWork


class VectorIndex(Protocol):
    async def get(self, video_id: VideoId, model: str) -> Sequence[float] | None:
        """In single precision, as stored."""
        ...

    def put(
        self, work: UnitOfWork, video_id: VideoId, model: str, vector: Sequence[float], at: datetime
    ) -> None:
        """Adds the vector, or replaces the model's present one."""
        ...
