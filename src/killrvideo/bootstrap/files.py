"""Where files are kept, and what works on them."""

from datetime import timedelta

from killrvideo.adapters.blobs import Patience, open_blobs
from killrvideo.adapters.scratch import FolderScratch
from killrvideo.adapters.webhooks import Webhook
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.clock import Clock
from killrvideo.settings.model import Settings

WEBHOOK_SECONDS = 5.0
MEDIA_FOLDER, SCRATCH_FOLDER = "media", "scratch"


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


def scratch_of(settings: Settings, blobs: BlobStore) -> FolderScratch:
    # Tools that work on files are run in another directory than this process.
    folder = settings.scratch_dir or settings.data_dir / SCRATCH_FOLDER
    return FolderScratch(folder.absolute(), blobs)


def notifier_of(settings: Settings, clock: Clock) -> Webhook | None:
    if settings.webhook_url is None or settings.webhook_secret is None:
        return None
    secret = settings.webhook_secret.get_secret_value()
    return Webhook(clock, settings.webhook_url, secret, timeout=WEBHOOK_SECONDS)
