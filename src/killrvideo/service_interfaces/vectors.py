"""Where embedding vectors are kept, one for each video and model, and found by what they are near to."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from killrvideo.domain.ids import VideoId
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.vectors import Near, Outdated
from killrvideo.service_interfaces.units import UnitOfWork


class VectorIndex(Protocol):
    """Keeps vectors of videos in every state, and finds those that the public may see, as they are now."""

    async def get(self, video_id: VideoId, model: str) -> Sequence[float] | None:
        """In single precision, as stored."""
        ...

    async def get_many(self, video_ids: Sequence[VideoId], model: str) -> Mapping[VideoId, Sequence[float]]:
        """Those that are there."""
        ...

    async def text_digest(self, video_id: VideoId, model: str) -> str | None:
        """Of the text that the vector stands for; None without a vector."""
        ...

    async def nearest(
        self,
        model: str,
        vector: Sequence[float],
        chosen: SearchFilter,
        limit: int,
        *,
        but: Collection[VideoId] = (),
    ) -> Sequence[Near]:
        """Public videos that pass the filter, best first. A narrow filter still fills the page.

        Which ones come is approximate, and how near they are is exact. What was written last takes part.
        A vector of another length, or of zeros, is near to nothing.
        """
        ...

    async def outdated(self, model: str, limit: int, after: str | None = None) -> Outdated:
        """Public videos that have no vector of this model, or one of an older text, in an order of the
        store's own; further ones follow ``after`` what `Outdated.next` said.
        """
        ...

    async def served(self) -> str | None:
        """The model that searches answer from, whose vectors are complete; None before the first one is."""
        ...

    def put(
        self,
        work: UnitOfWork,
        video_id: VideoId,
        model: str,
        vector: Sequence[float],
        at: datetime,
        *,
        text_digest: str | None,
    ) -> None:
        """Adds the vector, or replaces the model's present one.

        ``text_digest`` is that of the text which it was made of. None is for a vector that came from
        elsewhere: it stands for the present text, whatever that is, until it is edited.
        """
        ...

    def serve(self, work: UnitOfWork, model: str) -> None:
        """Lets searches answer from this model from now on."""
        ...
