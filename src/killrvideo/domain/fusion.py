"""One ranking of what was found by words and by meaning.

What has all the words of the query comes first and in the order of the words, as it does by words alone: for
somebody who knows the words of a title nothing was found to be better, and meaning only decides between
equals. What lacks some of them is ranked by the weighted mean of both scores, each in [0, 1]. Such a convex
combination was found better and easier to tune than sums of reciprocal ranks by Bruch, Gai and Ingber ("An
Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS 42(1), 2023, arXiv:2210.11934), since it keeps by
how much one hit is better than the next.

- Words: the BM25 worth divided by the best one of this query. The least worth that there can be is 0, and
  that is what has none of the words.
- Meaning: the cosine between the least similarity that counts and 1. What is less similar counts as 0: below
  it, texts are only alike in being texts.

The weight was tuned on the development half of a collection of questions, see `docs/evaluation.md`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from killrvideo.domain.ids import VideoId
from killrvideo.domain.ranking import is_whole, worth_of
from killrvideo.domain.search import SearchHit
from killrvideo.domain.vectors import Near


@dataclass(frozen=True, slots=True)
class Balance:
    """How words and meaning are weighed. The values are those tuned for the packaged model."""

    meaning: float = 0.7
    """The weight of meaning, in [0, 1], in what lacks words of the query; that of words is what is left."""
    least_similarity: float = 0.2
    """The cosine up to which texts have nothing to do with each other."""

    def score_of(self, near: Near) -> float:
        """In [0, 1]; 0 for what has nothing to do with the query."""
        return max(0.0, (near.similarity - self.least_similarity) / (1 - self.least_similarity))


def by_meaning(near: Sequence[Near], balance: Balance) -> list[SearchHit]:
    """Those that have to do with the query, best first; of equal ones the largest id, thus the newest."""
    hits = [SearchHit(one.video_id, balance.score_of(one)) for one in near]
    found = [hit for hit in hits if hit.score > 0]
    return sorted(found, key=lambda hit: (hit.score, hit.video_id), reverse=True)


def fused(by_words: Sequence[SearchHit], near: Sequence[Near], balance: Balance) -> list[SearchHit]:
    """What either found, best first. Of equal ones the nearer comes first, then what was found by words, in
    its order (the newest first), then the largest id.
    """
    words = _worths(by_words)
    meaning = {hit.video_id: hit.score for hit in by_meaning(near, balance)}
    whole = {hit.video_id for hit in by_words if is_whole(hit.score)}

    def score_of(video_id: VideoId) -> float:
        if video_id in whole:
            return (1 + words[video_id]) / 2
        about, said = meaning.get(video_id, 0), words.get(video_id, 0)
        return (balance.meaning * about + (1 - balance.meaning) * said) / 2

    places = {hit.video_id: place for place, hit in enumerate(by_words)}

    def standing(hit: SearchHit) -> tuple[float, float, int]:
        return -hit.score, -meaning.get(hit.video_id, 0), places.get(hit.video_id, len(places))

    hits = [SearchHit(video_id, score_of(video_id)) for video_id in {**places, **meaning}]
    return sorted(sorted(hits, key=lambda hit: hit.video_id, reverse=True), key=standing)


def _worths(hits: Sequence[SearchHit]) -> Mapping[VideoId, float]:
    """In (0, 1], the best one's being 1."""
    worths = {hit.video_id: worth_of(hit.score) for hit in hits}
    best = max(worths.values(), default=0) or 1
    return {video_id: worth / best for video_id, worth in worths.items()}
