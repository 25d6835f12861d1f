"""What is said in videos, put in its place among what was found by the words of their texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from killrvideo.domain.ids import VideoId
from killrvideo.domain.passages import Passage, PassageHit
from killrvideo.domain.ranking import score_of
from killrvideo.domain.search import SearchHit

SPOKEN_WEIGHS = 0.5
"""How much a word that is said counts against one of a title: more is said than a talk is about."""
MOMENTS_MOST = 3
"""Passages of one video that are shown."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Passages of captions that have all the words of a query, by their videos."""

    passages: Mapping[VideoId, Sequence[PassageHit]] = field(default_factory=dict)
    """Each list best first."""

    @classmethod
    def of(cls, hits: Sequence[PassageHit]) -> "Spoken":
        """``hits`` are best first."""
        passages: dict[VideoId, list[PassageHit]] = {}
        for hit in hits:
            passages.setdefault(hit.passage.video_id, []).append(hit)
        return cls(passages)

    def moments(self, video_id: VideoId) -> tuple[Passage, ...]:
        """Where to hear it, best first."""
        return tuple(hit.passage for hit in self.passages.get(video_id, ())[:MOMENTS_MOST])

    def among(self, hits: Sequence[SearchHit]) -> list[SearchHit]:
        """Those hits, and what only says the words; each by the better of both, best first. Of equal ones
        the hits come first, in their order.
        """
        own = {hit.video_id: hit for hit in hits}
        found = [replace(hit, score=max(hit.score, self._score(hit.video_id))) for hit in hits]
        found += [SearchHit(one, self._score(one)) for one in self.passages if one not in own]
        return sorted(found, key=lambda hit: -hit.score)

    def _score(self, video_id: VideoId) -> float:
        best = self.passages.get(video_id)
        return score_of(SPOKEN_WEIGHS * best[0].score, whole=True) if best else 0.0


NOTHING_SAID = Spoken()
