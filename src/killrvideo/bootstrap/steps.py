"""The steps of a video's processing, each with what it needs."""

from datetime import timedelta

from killrvideo.bootstrap.foundations import Foundations
from killrvideo.domain.processing import RetryPlan, Step
from killrvideo.domain.uploads import MEGABYTE
from killrvideo.features.processing.steps.captions import FetchCaptions, HearCaptions
from killrvideo.features.processing.steps.files import UploadedFiles
from killrvideo.features.processing.steps.metadata import FetchMetadata
from killrvideo.features.processing.steps.notify import Notify
from killrvideo.features.processing.steps.pictures import MakePictures
from killrvideo.features.processing.steps.probe import Probe
from killrvideo.features.processing.steps.publish import Embed, Publish
from killrvideo.features.processing.steps.room import Room
from killrvideo.features.processing.steps.thumbnail import FetchThumbnail
from killrvideo.features.processing.steps.transcode import Transcode
from killrvideo.features.processing.steps.translations import TranslateCaptions
from killrvideo.features.processing.work import StepWork
from killrvideo.settings.model import Settings


def plan_of(settings: Settings) -> RetryPlan:
    return RetryPlan(
        tries=settings.processing_tries, limit=timedelta(seconds=settings.youtube_timeout_seconds + 1)
    )


def works_of(settings: Settings, on: Foundations) -> dict[Step, StepWork]:
    storage, clock, models, blobs = on.storage, on.clock, on.embeddings, on.blobs
    files = UploadedFiles(storage, on.scratch)
    room = Room(blobs, settings.upload_leaves_mb * MEGABYTE)
    return {
        Step.METADATA: FetchMetadata(storage, clock, on.source),
        Step.THUMBNAIL: FetchThumbnail(storage, blobs, clock, on.source, on.pictures),
        Step.PROBE: Probe(storage, clock, on.ids, files, on.transcoder),
        Step.PICTURES: MakePictures(storage, blobs, clock, files, on.transcoder, on.pictures, room),
        Step.TRANSCODE: Transcode(
            storage, blobs, files, on.transcoder, room, highest=settings.transcode_highest
        ),
        Step.CAPTIONS: HearCaptions(
            storage, clock, files, on.transcoder, on.speech, into_english=settings.speech_into_english
        ),
        Step.YOUTUBE_CAPTIONS: FetchCaptions(storage, clock, on.source),
        Step.TRANSLATIONS: TranslateCaptions(storage, clock, on.translator, settings.translation_languages),
        Step.EMBEDDING: Embed(storage, clock, models),
        Step.PUBLISH: Publish(storage, clock, models, on.scratch),
        Step.NOTIFY: Notify(on.notifier),
    }
