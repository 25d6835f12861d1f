"""Finding videos by words and tags in a storage-attached index. It holds exactly the public videos."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from killrvideo.adapters.analysis import highlights, marked
from killrvideo.adapters.cassandra.playback.trend_boards import TrendBoards
from killrvideo.adapters.cassandra.search import similar
from killrvideo.adapters.cassandra.search.averages import AverageRatings
from killrvideo.adapters.cassandra.search.by_words import COUNTS_TO, WordSearch
from killrvideo.adapters.cassandra.search.rows import DROP, PUT, TAGS, row_of
from killrvideo.adapters.cassandra.search.tag_spellings import TagSpellings, Uses
from killrvideo.adapters.cassandra.search.taste import ByTaste
from killrvideo.adapters.cassandra.search.terms import query_of
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import Foundation, planned
from killrvideo.adapters.cassandra.videos.pages import VideoPages
from killrvideo.adapters.cassandra.videos.rows import spellings
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.search import Reading, SearchFilter, SearchHit
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.units import UnitOfWork


class CassandraSearchIndex:
    counts_to = COUNTS_TO
    corrects_spelling = False

    def __init__(
        self, on: Foundation, averages: AverageRatings, pages: VideoPages, boards: TrendBoards
    ) -> None:
        self._session = on.session
        self._tallies = on.tallies
        self._clock = on.clock
        self._averages = averages
        self._taste = ByTaste(on, pages, boards)
        self._spellings = TagSpellings(on)

    async def search(self, query: str, chosen: SearchFilter, wanted: PageRequest) -> Page[SearchHit]:
        """One round trip. Of what has all the words, `WHOLE_MOST` and the new are ranked."""
        asked = query_of(query)
        if asked is None:
            return Page((), 0)
        return await WordSearch(self._session, self._tallies, asked, chosen, self._clock.now()).page(wanted)

    async def read(self, query: str) -> Reading:
        """As it is: there is no list of words here. What is misspelled is found by its meaning."""
        return Reading(query, query)

    def marked(self, query: str, hit: SearchHit, video: Video) -> SearchHit:
        asked = query_of(query)
        if asked is None:
            return hit
        return replace(hit, highlights=highlights(video, frozenset(asked.stems), asked.beginning))

    def marked_text(self, query: str, text: str) -> str:
        asked = query_of(query)
        stems, beginning = (asked.stems, asked.beginning) if asked else ((), None)
        return marked(text, frozenset(stems), beginning)

    async def similar(self, video: Video, limit: int) -> Sequence[SearchHit]:
        """One round trip."""
        return await similar.similar(self._session, self._tallies, video, limit)

    async def by_taste(
        self, tag_weights: Mapping[str, float], unseen_by: AccountId, wanted: PageRequest
    ) -> Page[SearchHit]:
        return await self._taste.page(tag_weights, unseen_by, wanted)

    async def suggest_tags(self, prefix: str, limit: int) -> Sequence[str]:
        return await self._spellings.suggest(prefix, limit)

    def put(self, work: UnitOfWork, video: Video) -> None:
        unit = planned(work)
        changed = self._spellings.follow(unit)

        async def plan_it(plan: Plan) -> None:
            plan.write(PUT, row_of(video))
            await self._retag(plan, video.id, spellings(video), changed)

        if video.is_public:
            unit.plan(plan_it)
            self._averages.follow(unit, video.id)
        else:
            self.remove(work, video.id)

    def remove(self, work: UnitOfWork, video_id: VideoId) -> None:
        changed = self._spellings.follow(planned(work))

        async def plan_it(plan: Plan) -> None:
            plan.write(DROP, {"video_id": video_id})
            await self._retag(plan, video_id, (), changed)

        planned(work).plan(plan_it)

    async def _retag(self, plan: Plan, video_id: VideoId, tags: Sequence[str], changed: Uses) -> None:
        """Plans that the video has the tags now, and no other."""
        key = f"tags of video:{video_id.hex}"
        before = plan.known.get(key)
        if not isinstance(before, tuple):
            row = await self._session.row(TAGS, {"video_id": video_id})
            before = (row and row["tags"]) or ()
        plan.known[key] = tuple(tags)
        await self._spellings.plan_change(plan, before, tags, changed)
