"""Passages as rows of their table, and back."""

from uuid import UUID

from killrvideo.adapters.sqlite.database import Row
from killrvideo.domain.ids import VideoId
from killrvideo.domain.passages import Passage

COLUMNS = "p.video_id, p.number, p.language, p.start, p.end, p.text"


def passage_of(row: Row) -> Passage:
    """Of a row that begins with `COLUMNS`."""
    video_id, number, language, start, end, text, *_ = row
    return Passage(VideoId(UUID(bytes=video_id)), number, language, start, end, text)
