"""Finding videos by words and tags in a storage-attached index. It holds exactly the public videos."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from killrvideo.adapters.analysis import highlights
from killrvideo.adapters.cassandra import similar
from killrvideo.adapters.cassandra.plan import Plan
from killrvideo.adapters.cassandra.search_rows import DROP, PUT, TAGS, row_of
from killrvideo.adapters.cassandra.search_terms import query_of
from killrvideo.adapters.cassandra.tag_spellings import TagSpellings
from killrvideo.adapters.cassandra.units import Foundation, planned
from killrvideo.adapters.cassandra.video_rows import spellings, video_subject
from killrvideo.adapters.cassandra.word_search import WordSearch
from killrvideo.domain.ids import VideoId
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.search import SearchFilter, SearchHit
from killrvideo.domain.videos import Totals, Video
from killrvideo.service_interfaces.units import UnitOfWork


class CassandraSearchIndex:
    def __init__(self, on: Foundation) -> None:
        self._session = on.session
        self._tallies = on.tallies
        self._clock = on.clock
        self._spellings = TagSpellings(on.session, on.tallies)

    async def search(self, query: str, chosen: SearchFilter, wanted: PageRequest) -> Page[SearchHit]:
        """One round trip. Of what has all the words, `WHOLE_MOST` and the new are ranked."""
        asked = query_of(query)
        if asked is None:
            return Page((), 0)
        return await WordSearch(self._session, self._tallies, asked, chosen, self._clock.now()).page(wanted)

    def marked(self, query: str, hit: SearchHit, video: Video) -> SearchHit:
        asked = query_of(query)
        if asked is None:
            return hit
        return replace(hit, highlights=highlights(video, frozenset(asked.stems), asked.beginning))

    async def similar(self, video: Video, limit: int) -> Sequence[SearchHit]:
        """One round trip."""
        return await similar.similar(self._session, self._tallies, video, limit)

    async def suggest_tags(self, prefix: str, limit: int) -> Sequence[str]:
        return await self._spellings.suggest(prefix, limit)

    def put(self, work: UnitOfWork, video: Video) -> None:
        async def plan_it(plan: Plan) -> None:
            amounts, before = await asyncio.gather(
                self._tallies.of(video_subject(video.id)), self._tags(plan, video.id)
            )
            average = Totals(0, amounts.ratings, amounts.stars).average
            plan.write(PUT, row_of(video, average))
            await self._retag(plan, video.id, before, spellings(video))

        if video.is_public:
            planned(work).plan(plan_it)
        else:
            self.remove(work, video.id)

    def remove(self, work: UnitOfWork, video_id: VideoId) -> None:
        async def plan_it(plan: Plan) -> None:
            before = await self._tags(plan, video_id)
            plan.write(DROP, {"video_id": video_id})
            await self._retag(plan, video_id, before, ())

        planned(work).plan(plan_it)

    async def _tags(self, plan: Plan, video_id: VideoId) -> Sequence[str]:
        """The tags that the index has of the video, as the plan leaves it so far."""
        key = _known_as(video_id)
        if key not in plan.known:
            row = await self._session.row(TAGS, {"video_id": video_id})
            plan.known[key] = tuple((row and row["tags"]) or ())
        tags = plan.known[key]
        assert isinstance(tags, tuple)  # noqa: S101 - nobody else writes it
        return tags

    async def _retag(
        self, plan: Plan, video_id: VideoId, before: Sequence[str], after: Sequence[str]
    ) -> None:
        plan.known[_known_as(video_id)] = tuple(after)
        await self._spellings.plan_change(
            plan, before, after, f"{plan.unit.hex}:{video_id.hex}:{len(plan.tallied)}"
        )


def _known_as(video_id: VideoId) -> str:
    return f"tags of video:{video_id.hex}"
