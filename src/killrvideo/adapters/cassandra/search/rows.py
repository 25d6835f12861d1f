"""What the index says of a video, as its row."""

from killrvideo.adapters.cassandra.cluster.session import Value
from killrvideo.adapters.cassandra.search.terms import indexed
from killrvideo.adapters.cassandra.videos.rows import spellings
from killrvideo.domain.videos import Video

PUT = """
INSERT INTO search_index (video_id, terms, beginnings, weights, length, tags, submitted_at, category,
  language, uploader_id)
VALUES (:video_id, :terms, :beginnings, :weights, :length, :tags, :submitted_at, :category, :language,
  :uploader_id)
USING TIMESTAMP :stamp
"""
DROP = "DELETE FROM search_index USING TIMESTAMP :stamp WHERE video_id = :video_id"
TAGS = "SELECT tags FROM search_index WHERE video_id = :video_id"


def row_of(video: Video) -> dict[str, Value]:
    """The parameters of `PUT`."""
    said = indexed(video)
    return {
        "video_id": video.id,
        "terms": said.terms,
        "beginnings": said.beginnings,
        "weights": said.weights,
        "length": said.length,
        "tags": spellings(video),
        "submitted_at": video.submitted_at,
        "category": video.category,
        "language": video.language,
        "uploader_id": video.uploader_id,
    }
