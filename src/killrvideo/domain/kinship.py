"""How alike two videos are, by all that is known of them; and in which words that is told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from killrvideo.domain.ids import VideoId
from killrvideo.domain.recommendations import ALIKE_FROM, IN_WORDS, SIMILAR, TAGS_NAMED, TOGETHER
from killrvideo.domain.search import SearchHit
from killrvideo.domain.vectors import Near
from killrvideo.domain.videos import Video, tag_key

CONTENT_COUNTS = 0.5
TOGETHER_COUNTS = 0.3
WORDS_COUNT = 0.2


@dataclass(slots=True)
class Kinship:
    """Each in [0, 1]."""

    content: float = field(default=0.0)
    """The cosine of what both are about."""
    together: float = field(default=0.0)
    """How much others like both, of the most for this video."""
    words: float = field(default=0.0)
    """How many tags and rare words they share."""

    @property
    def score(self) -> float:
        return CONTENT_COUNTS * self.content + TOGETHER_COUNTS * self.together + WORDS_COUNT * self.words


def kin_of(
    near: Iterable[Near], together: Mapping[VideoId, float], in_words: Iterable[SearchHit]
) -> dict[VideoId, Kinship]:
    """All that are alike in one respect or another, best first."""
    kin: dict[VideoId, Kinship] = {}
    for one in near:
        if one.similarity >= ALIKE_FROM:
            kin.setdefault(one.video_id, Kinship()).content = min(1.0, one.similarity)
    most = max(together.values(), default=0.0)
    for video_id, weight in together.items():
        if weight > 0:
            kin.setdefault(video_id, Kinship()).together = weight / most
    for hit in in_words:
        kin.setdefault(hit.video_id, Kinship()).words = hit.score
    return dict(sorted(kin.items(), key=lambda one: -one[1].score))


def reason_for_kinship(video: Video, other: Video, kinship: Kinship) -> str:
    """The tags that they share; else what else they have in common."""
    theirs = frozenset(map(tag_key, other.tags))
    shared: Sequence[str] = [tag for tag in video.tags if tag_key(tag) in theirs][:TAGS_NAMED]
    if shared:
        *first, last = shared
        return f"Shares the tags {', '.join(first)} and {last}" if first else f"Shares the tag {last}"
    if kinship.together > max(kinship.content, kinship.words):
        return TOGETHER
    return SIMILAR if kinship.content else IN_WORDS
