"""The steps of a video's processing, each with what it needs."""

from collections.abc import Mapping
from datetime import timedelta

from killrvideo.bootstrap.foundations import Foundations
from killrvideo.domain.jobs import Job
from killrvideo.domain.processing import RetryPlan, Step
from killrvideo.domain.videos import LocationType, Video
from killrvideo.features.processing.steps.captions import FetchCaptions, HearCaptions
from killrvideo.features.processing.steps.files import UploadedFiles
from killrvideo.features.processing.steps.metadata import FetchMetadata
from killrvideo.features.processing.steps.notify import Notify
from killrvideo.features.processing.steps.pictures import MakePictures
from killrvideo.features.processing.steps.probe import Probe
from killrvideo.features.processing.steps.publish import Embed, Publish
from killrvideo.features.processing.steps.thumbnail import FetchThumbnail
from killrvideo.features.processing.steps.transcode import Transcode
from killrvideo.features.processing.steps.translations import TranslateCaptions
from killrvideo.features.processing.work import Keep, StepWork
from killrvideo.service_interfaces.progress import Told
from killrvideo.settings.model import Settings


def plan_of(settings: Settings) -> RetryPlan:
    return RetryPlan(
        tries=settings.processing_tries, limit=timedelta(seconds=settings.youtube_timeout_seconds + 1)
    )


class ByLocation:
    """One step that is done in another way for each kind of video."""

    def __init__(self, works: Mapping[LocationType, StepWork]) -> None:
        self._works = works

    async def __call__(self, job: Job, video: Video, told: Told) -> Keep:
        return await self._works[video.location_type](job, video, told)


def works_of(settings: Settings, on: Foundations) -> dict[Step, StepWork]:
    storage, clock, models, blobs = on.storage, on.clock, on.embeddings, on.blobs
    files = UploadedFiles(storage, on.scratch)
    return {
        Step.METADATA: FetchMetadata(storage, clock, on.source),
        Step.THUMBNAIL: FetchThumbnail(storage, blobs, clock, on.source, on.pictures),
        Step.PROBE: Probe(storage, clock, on.ids, files, on.transcoder),
        Step.PICTURES: MakePictures(storage, blobs, clock, files, on.transcoder, on.pictures),
        Step.TRANSCODE: Transcode(storage, blobs, files, on.transcoder, highest=settings.transcode_highest),
        Step.CAPTIONS: ByLocation(
            {
                LocationType.YOUTUBE: FetchCaptions(storage, clock, on.source),
                LocationType.UPLOAD: HearCaptions(
                    storage,
                    clock,
                    files,
                    on.transcoder,
                    on.speech,
                    into_english=settings.speech_into_english,
                ),
            }
        ),
        Step.TRANSLATIONS: TranslateCaptions(storage, clock, on.translator, settings.translation_languages),
        Step.EMBEDDING: Embed(storage, clock, models),
        Step.PUBLISH: Publish(storage, clock, models, on.scratch),
        Step.NOTIFY: Notify(on.notifier),
    }
