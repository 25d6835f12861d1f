"""What YouTube says of a video: oEmbed without a key, and the Data API with one; and its thumbnails."""

from killrvideo.adapters.youtube.source import YouTubeSource

__all__ = ["YouTubeSource"]
