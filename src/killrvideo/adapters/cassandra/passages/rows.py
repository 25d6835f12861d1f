"""Passages as rows of their table, and back."""

from collections import Counter
from uuid import UUID

from killrvideo.adapters.analysis import stems_of
from killrvideo.adapters.cassandra.cluster.session import Row, Value
from killrvideo.adapters.cassandra.search.terms import STOP_STEMS, tag_term
from killrvideo.adapters.cassandra.vectors.traits import traits_of
from killrvideo.domain.ids import VideoId
from killrvideo.domain.passages import Passage
from killrvideo.domain.ranking import PASSAGE_TITLE_WEIGHS, PASSAGE_WEIGHS
from killrvideo.domain.videos import Video

COLUMNS = "video_id, number, spoken, start, until, text"
PUT = """
INSERT INTO passages (video_id, number, spoken, start, until, text, terms, weights, length, category,
  language, uploader_id, submitted_at)
VALUES (:video_id, :number, :spoken, :start, :until, :text, :terms, :weights, :length, :category, :language,
  :uploader_id, :submitted_at)
USING TIMESTAMP :stamp
"""

Key = tuple[UUID, int]
"""The video's id, and the passage's number."""


def passage_of(row: Row) -> Passage:
    return Passage(
        VideoId(row["video_id"]), row["number"], row["spoken"], row["start"], row["until"], row["text"]
    )


def key_of(row: Row) -> Key:
    return row["video_id"], row["number"]


def row_of(video: Video, passage: Passage) -> dict[str, Value]:
    """The parameters of `PUT`."""
    traits = traits_of(video)
    title, text = stems_of(video.title), stems_of(passage.text)
    weights: Counter[str] = Counter()
    for stems, weight in ((title, PASSAGE_TITLE_WEIGHS), (text, PASSAGE_WEIGHS)):
        for stem in stems:
            if stem not in STOP_STEMS:
                weights[stem] += weight
    terms = frozenset((*weights, *map(tag_term, video.tags)))
    return {
        "video_id": video.id,
        "number": passage.number,
        "spoken": passage.language,
        "start": passage.start,
        "until": passage.end,
        "text": passage.text,
        "terms": terms,
        "weights": dict(weights),
        "length": len(title) + len(text),
        "category": traits.category,
        "language": traits.language,
        "uploader_id": traits.uploader_id,
        "submitted_at": traits.submitted_at,
    }
