"""Taking in files piece by piece, so that neither a lost connection nor a crash costs more than a moment.

Bytes are kept before they are counted: a piece is a blob of its own first, and then one unit of work adds it
to the upload if nobody else did so meanwhile. With the last piece the same unit makes the video.
"""

from killrvideo.features.uploads.desk import Announced, Uploads
from killrvideo.features.uploads.intake import Chunk

__all__ = ["Announced", "Chunk", "Uploads"]
