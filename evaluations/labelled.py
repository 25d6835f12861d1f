"""Videos with questions of which it is known what answers them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID, uuid5

from evaluations.measures import Grades
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.videos import Video, VideoStatus, embed_address

NAMESPACE = UUID("5b1f6f0e-6a53-4a53-9f0b-0d4f0b9f2a11")
UPLOADER = AccountId(uuid5(NAMESPACE, "uploader"))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SEED = 7


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    grades: Grades
    kind: str
    """Its class."""
    is_held_out: bool
    """Nothing is tuned on it."""


@dataclass(frozen=True, slots=True)
class Labelled:
    name: str
    videos: Sequence[Video]
    questions: Sequence[Question]
    notes: Sequence[str] = field(default=())


def a_ready_video(name: str, **fields: Any) -> Video:
    """Public; ``name`` is its own among all of its collection."""
    video_id = VideoId(uuid5(NAMESPACE, name))
    youtube_id = video_id.hex[:11]
    return Video(
        id=video_id,
        uploader_id=UPLOADER,
        location=embed_address(youtube_id),
        youtube_id=youtube_id,
        status=VideoStatus.READY,
        submitted_at=LONG_AGO,
        **fields,
    )


def held_out_half(names: Sequence[str], seed: int = SEED) -> Mapping[str, bool]:
    """Which of the names are held out: half of them, by chance."""
    shuffled = sorted(names)
    Random(seed).shuffle(shuffled)
    return {name: place < len(shuffled) // 2 for place, name in enumerate(shuffled)}
