"""What to watch next, and why."""

from dataclasses import dataclass

from killrvideo.domain.videos import Video

RELATED_MOST = 20


@dataclass(frozen=True, slots=True)
class Recommendation:
    video: Video
    score: float
    """In [0, 1], best first."""
    reason: str


def overlap(ours: frozenset[str], theirs: frozenset[str]) -> float:
    """Jaccard index of two sets of tags, in [0, 1]."""
    return len(ours & theirs) / len(ours | theirs) if ours and theirs else 0.0
