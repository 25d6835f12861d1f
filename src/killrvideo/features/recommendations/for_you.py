"""What one person may like to watch next: made of what was learned and of what is alike, then popular."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from killrvideo.domain.diversity import Kind, diversified
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.learning import ModelCard
from killrvideo.domain.neighbours import fold_in
from killrvideo.domain.paging import Page, PageRequest, page_by_rank
from killrvideo.domain.recommendations import (
    HEAD_MOST,
    NEWEST,
    POPULAR,
    Candidate,
    Recommendation,
    Served,
    ServedBy,
    candidates,
    reason_for,
    reason_of,
    signals_of,
    tag_weights,
)
from killrvideo.domain.search import SearchHit
from killrvideo.domain.taste import Sign, Taste, weights_of
from killrvideo.features.recommendations.sources import Sources
from killrvideo.service_interfaces.search import with_videos
from killrvideo.service_interfaces.storage import Storage

FOLDED_MOST = 2 * HEAD_MOST
"""Some of what was learned of is hidden now."""
ALIKE_TO = 3
"""Of so many signs, the strongest, it is asked what is about similar things."""


@dataclass(frozen=True, slots=True)
class _Head:
    """What is made for this person."""

    items: Sequence[Recommendation]
    by: ServedBy
    """The step that made it; of an empty one, the next to be tried."""


NOTHING = _Head((), ServedBy.TRENDING)
WITHOUT_HEAD = {ServedBy.TRENDING, ServedBy.LATEST}
NOTHING_POPULAR: Page[SearchHit] = Page((), 0)


class ForYou:
    def __init__(self, storage: Storage, sources: Sources) -> None:
        self._storage = storage
        self._sources = sources

    async def page(
        self, account_id: AccountId, wanted: PageRequest, first: Callable[[], ServedBy]
    ) -> Served[Page[Recommendation]]:
        """Nothing that the account is known to have met; a distributed store knows the last of it. Only where
        the taste stays away and so does what is popular, everybody is shown the newest alike.

        Steps before ``first`` are not tried: it is asked only for somebody to whom each step has something
        else to show.
        """
        within = self._sources.within
        taste, card, popular, _ = await asyncio.gather(
            within(self._storage.taste.of(account_id)),
            within(self._storage.learned.active()),
            within(self._popular(account_id, wanted)),
            self._sources.prepare(),
        )
        head = await self._head(account_id, taste or Taste(), card, first)
        if head.by is ServedBy.LATEST or (popular is None and not head.items):
            taste = taste or await within(self._storage.taste.of(account_id))
            return Served(await self._newest(taste or Taste(), wanted), ServedBy.LATEST)
        page = await self._filled_up(head.items, popular or NOTHING_POPULAR, wanted)
        return Served(page, head.by if head.items else ServedBy.TRENDING)

    async def _popular(self, account_id: AccountId, wanted: PageRequest) -> Page[SearchHit]:
        """From the first on, as many as are needed whatever stands before them."""
        enough = wanted.offset + wanted.size + HEAD_MOST
        return await self._storage.search.by_taste({}, account_id, PageRequest(size=enough, after=(0,)))

    async def _head(
        self, account_id: AccountId, taste: Taste, card: ModelCard | None, first: Callable[[], ServedBy]
    ) -> _Head:
        weights = weights_of(taste.signs)
        if not weights:
            return NOTHING
        head = await self._by_signs(taste, weights, card, first)
        if head.items or head.by in WITHOUT_HEAD:
            return head
        return await self._sources.within(self._by_tags(account_id, taste.signs)) or NOTHING

    async def _by_signs(
        self,
        taste: Taste,
        weights: Mapping[VideoId, float],
        card: ModelCard | None,
        first: Callable[[], ServedBy],
    ) -> _Head:
        liked = sorted((sign for sign in weights if weights[sign] > 0), key=lambda sign: -weights[sign])
        learned, near = await asyncio.gather(
            self._sources.neighbours(card, weights.keys()),
            asyncio.gather(*(self._sources.near(sign) for sign in liked[:ALIKE_TO])),
        )
        begin = first() if learned else ServedBy.CONTENT
        if begin in WITHOUT_HEAD:
            return _Head((), begin)
        lists = learned if begin is ServedBy.PERSONAL else {}
        folded = fold_in(weights, lists, FOLDED_MOST, but=taste.met)
        alike = {sign: found for sign, found in zip(liked, near, strict=False) if found}
        found = candidates(folded, alike, weights, taste.met)
        signs = {sign.video_id: sign for sign in taste.signs}
        items = await self._sources.within(self._shown(found[:FOLDED_MOST], signs))
        return _Head(items or (), ServedBy.PERSONAL if folded else ServedBy.CONTENT)

    async def _shown(self, found: Sequence[Candidate], signs: Mapping[VideoId, Sign]) -> list[Recommendation]:
        """Those that the public may see, not all of one kind."""
        asked = dict.fromkeys(one.video_id for one in found)
        asked |= dict.fromkeys(one.because_of for one in found)
        videos = {video.id: video for video in await self._storage.videos.get_many(list(asked))}
        items = [
            Recommendation(
                videos[one.video_id], one.worth, reason_of(signs[one.because_of], videos.get(one.because_of))
            )
            for one in found
            if one.video_id in videos
        ]
        ordered = diversified(items[:HEAD_MOST], lambda one: one.score, lambda one: Kind.of(one.video))
        # What moved up for its kind is not worth more than what it passed.
        scores = accumulate((one.score for one in ordered), min)
        return [replace(one, score=score) for one, score in zip(ordered, scores, strict=True)]

    async def _by_tags(self, account_id: AccountId, signs: Sequence[Sign]) -> _Head:
        """For videos that nobody knows more of than their tags."""
        videos = await self._storage.videos.get_many([sign.video_id for sign in signs])
        signals = signals_of(signs, {video.id: video for video in videos})
        weights = tag_weights(signals)
        hits = await self._storage.search.by_taste(weights, account_id, PageRequest(size=HEAD_MOST))
        liked = [hit for hit in hits.items if hit.score]
        items = [
            Recommendation(video, hit.score, reason_for(video, signals))
            for video, hit in await with_videos(self._storage.videos, liked)
        ]
        return _Head(items, ServedBy.CONTENT)

    async def _filled_up(
        self, head: Sequence[Recommendation], popular: Page[SearchHit], wanted: PageRequest
    ) -> Page[Recommendation]:
        """The page of the head and all that is popular behind it."""
        start, end = wanted.offset, wanted.offset + wanted.size
        headed = {one.video.id for one in head}
        rest = [hit for hit in popular.items if hit.video_id not in headed]
        fillers = rest[max(0, start - len(head)) : max(0, end - len(head))]
        pairs = await with_videos(self._storage.videos, fillers)
        items = [*head[start:end], *(Recommendation(video, 0.0, POPULAR) for video, _ in pairs)]
        total = max(len(head), popular.total)
        return page_by_rank(items, total, wanted, capped=popular.total_is_capped)

    async def _newest(self, taste: Taste, wanted: PageRequest) -> Page[Recommendation]:
        end = wanted.offset + wanted.size
        latest = await self._storage.videos.latest(PageRequest(size=end + len(taste.met) + 1))
        items = [Recommendation(video, 0.0, NEWEST) for video in latest.items if video.id not in taste.met]
        total = len(items) if latest.next is None else max(len(items), latest.total - len(taste.met))
        return page_by_rank(items[wanted.offset : end], total, wanted, capped=latest.total_is_capped)
