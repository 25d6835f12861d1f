"""Pictures that a video has already."""

from killrvideo.domain.media import Media, Picture
from killrvideo.domain.videos import Video
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.storage import Storage
from tests.builders.keeping import ORIGIN

SMALL = Picture(name="small.jpg", width=320, height=180, content_type="image/jpeg")
DATA = b"\xff\xd8\xff a small picture"


async def keep_pictures(storage: Storage, blobs: BlobStore, video: Video) -> Media:
    """One small picture, as far as anybody sees who does not decode it."""
    media = Media(video_id=video.id, run="a-run", pictures=(SMALL,))
    await blobs.put(f"{media.prefix}/{SMALL.name}", DATA, content_type=SMALL.content_type)
    work = storage.begin("tests.pictures", ORIGIN)
    storage.media.put(work, media)
    await work.commit()
    return media
