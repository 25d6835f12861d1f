"""Where passages of captions and descriptions are found, by words and by what they are about."""

from collections.abc import Sequence
from typing import Protocol

from killrvideo.domain.captions import CaptionTrack
from killrvideo.domain.ids import VideoId
from killrvideo.domain.passages import Passage, PassageHit, PassageHits, PassageSet
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.vectors import Outdated
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.units import UnitOfWork


class PassageIndex(Protocol):
    """Keeps passages of videos in every state, and finds those of videos that the public may see, as they
    are now. All that it keeps can be made again from videos and captions.
    """

    async def search(
        self,
        query: str,
        chosen: SearchFilter,
        limit: int,
        *,
        model: str | None = None,
        vector: Sequence[float] = (),
    ) -> PassageHits:
        """So many of each kind, of videos that pass the filter; those by meaning only with a ``vector``.

        Any text is a query. By words, what has more and rarer ones of them comes first.
        """
        ...

    async def saying(self, query: str, chosen: SearchFilter, limit: int) -> Sequence[PassageHit]:
        """Passages of captions that have all the words of the query, together with the title of their video,
        best first. Without any word of its own nothing is said. The index may be a moment behind, and know
        nothing of ratings: videos are to be looked at again.
        """
        ...

    async def of(self, video_id: VideoId) -> Sequence[Passage]:
        """All passages of a video, whoever may see it."""
        ...

    async def is_current(self, video: Video, tracks: Sequence[CaptionTrack]) -> bool:
        """Whether the passages are those of these texts, with vectors or without."""
        ...

    async def outdated(self, model: str | None, limit: int, after: str | None = None) -> Outdated:
        """Public videos whose passages are not of their present texts, or lack vectors of the model, if one
        is named, in an order of the store's own; further ones follow ``after`` what `Outdated.next` said.
        """
        ...

    def replace(self, work: UnitOfWork, made: PassageSet) -> None:
        """Puts these in place of all passages of the video. Raises TextsChanged unless they are made of the
        present texts, as earlier verbs of the unit leave them, and for a video that is gone.
        """
        ...
