"""Which object store keeps the files."""

from datetime import timedelta

from killrvideo.adapters.blobs import Patience, open_blobs
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.settings.model import Settings

MEDIA_FOLDER = "media"


def media_of(settings: Settings) -> BlobStore:
    """Where uploads are kept: as set, or a folder of the data. Raises as `blobs_at` does."""
    folder = (settings.data_dir / MEDIA_FOLDER).absolute()
    return blobs_at(settings.media_url or folder.as_uri(), settings)


def blobs_at(address: str, settings: Settings) -> BlobStore:
    """The files at an address, reached as the settings say. Raises InvalidInput if it is none, OSError."""
    patience = Patience(
        connecting=timedelta(seconds=settings.media_connect_seconds),
        request=timedelta(seconds=settings.media_request_seconds),
        tries=settings.media_tries,
    )
    return open_blobs(
        address, patience, endpoint=settings.media_endpoint, plain_http=settings.media_plain_http
    )
