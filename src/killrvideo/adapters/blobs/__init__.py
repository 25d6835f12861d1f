"""Files by address: in a folder, or in a bucket of S3, Google Cloud Storage or Azure, by `obstore`."""

from killrvideo.adapters.blobs.addresses import open_blobs
from killrvideo.adapters.blobs.folders import fetch_folder, refuse_occupied, send_folder
from killrvideo.adapters.blobs.store import ObjectBlobs, Patience

__all__ = ["ObjectBlobs", "Patience", "fetch_folder", "open_blobs", "refuse_occupied", "send_folder"]
