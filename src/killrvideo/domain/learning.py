"""Learning from what people did: what counts how much, and how well a model foretells what they like next."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from killrvideo.domain.ids import AccountId, VideoId

LIKED_FROM = 4
"""Stars."""
STRENGTH_OF_STARS = {5: 1.0, 4: 1.0, 3: 0.3, 2: -0.3, 1: -0.3}
STRENGTH_OF_VIEW = 0.2
LIKED = 1.0
"""The strength of what somebody certainly likes."""

RELEVANT_AT = 10
"""How long the lists are by which models are compared."""


class Interaction(NamedTuple):
    """All that one person did with one video; a tuple, since there are millions."""

    account_id: AccountId
    video_id: VideoId
    strength: float
    """1 for what is liked, below 0 for what is disliked."""
    millis: int
    """The last time, since 1970."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How well the lists of a model have in them what people liked next, in means over these people."""

    ndcg: float
    """The discounted gain of the first ten, of the most that there could be: near the top counts most."""
    recall: float
    """How much of what they liked is among the first ten."""
    hit_rate: float
    """How many of them find at least one."""
    people: int


@dataclass(frozen=True, slots=True)
class DataSize:
    people: int
    videos: int
    interactions: int
    held_out: int
    """Likes that the model is measured by, and that it does not see while it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """A model that was learned: where its neighbours are kept, and how good it was."""

    number: int
    """Grows by one with each model that came into use."""
    algorithm: str
    """With what it was made, and how it was set."""
    trained_at: datetime
    size: DataSize
    quality: Quality
    served: UUID
    """The lists of neighbours that were learned from everything."""
    judged: UUID
    """Those that were learned without what was held out: for later comparisons on what is held out then."""


def is_better(new: Quality, old: Quality | None) -> bool:
    """Whether the new one may take the old one's place: it is as good, both measured by the same likes."""
    return old is None or new.ndcg >= old.ndcg
