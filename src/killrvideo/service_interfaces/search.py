"""The index that finds videos by words and tags."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.search import Reading, SearchFilter, SearchHit
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.units import UnitOfWork
from killrvideo.service_interfaces.videos import VideoStore


class SearchIndex(Protocol):
    """Holds exactly the videos that the public may see; features put and remove them as that changes."""

    @property
    def counts_to(self) -> int:
        """`COUNTED_AT_MOST`, or less where looking at so many takes long."""
        ...

    @property
    def corrects_spelling(self) -> bool: ...

    async def search(self, query: str, chosen: SearchFilter, wanted: PageRequest) -> Page[SearchHit]:
        """Best first, then newest. Any text is a query; one without a single word finds nothing.

        Found is what has all the words, of which the last may be half typed; where that does not fill a
        page, what has some of them follows. Totals stop at `counts_to`, and where more was found a
        distributed index may end the list there too, having ranked not all of it.
        """
        ...

    async def read(self, query: str) -> Reading:
        """The query with what was misspelled or not typed to its end; as it is, where the index does not
        correct spelling.
        """
        ...

    def marked(self, query: str, hit: SearchHit, video: Video) -> SearchHit:
        """The hit with those passages of the video in which words of the query are marked."""
        ...

    def marked_text(self, query: str, text: str) -> str:
        """The text, HTML-escaped, with the words of the query marked."""
        ...

    async def similar(self, video: Video, limit: int) -> Sequence[SearchHit]:
        """Videos that share tags and significant words with this one, best first, itself left out."""
        ...

    async def by_taste(
        self, tag_weights: Mapping[str, float], unseen_by: AccountId, wanted: PageRequest
    ) -> Page[SearchHit]:
        """All videos that the account has neither viewed, rated nor uploaded: first by the sum of their tags'
        weights, in which those below 0 count against, then by views of late. The score is 0 unless that
        sum is above 0.

        A distributed index may end the list at `COUNTED_AT_MOST`, bring only the newest videos of the best
        liked tags forward, and know no more than the last thousand that the account met in each way.
        """
        ...

    async def suggest_tags(self, prefix: str, limit: int) -> Sequence[str]:
        """Tags of public videos: those that begin with the text first, then those that contain it; by use."""
        ...

    def put(self, work: UnitOfWork, video: Video) -> None:
        """Adds or replaces what the index says of a stored video; forgets one that is not public."""
        ...

    def remove(self, work: UnitOfWork, video_id: VideoId) -> None: ...


async def with_videos(videos: VideoStore, hits: Sequence[SearchHit]) -> Sequence[tuple[Video, SearchHit]]:
    """Each hit with its video as it is now, without what was hidden since it was found."""
    found = {video.id: video for video in await videos.get_many([hit.video_id for hit in hits])}
    return [(found[hit.video_id], hit) for hit in hits if hit.video_id in found]
