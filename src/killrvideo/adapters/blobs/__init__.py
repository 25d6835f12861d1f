"""Files by address: in a folder, or in a bucket of S3, Google Cloud Storage or Azure, by `obstore`."""

from killrvideo.adapters.blobs.addresses import open_blobs
from killrvideo.adapters.blobs.store import ObjectBlobs, Patience

__all__ = ["ObjectBlobs", "Patience", "open_blobs"]
