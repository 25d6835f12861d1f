"""What everything else stands on: the tools that the settings choose."""

from dataclasses import dataclass

from killrvideo.adapters.credentials import Argon2Hasher
from killrvideo.adapters.experiments import OpenFeatureExperiments
from killrvideo.adapters.failpoints import NO_FAILPOINTS, CrashAt
from killrvideo.adapters.ffmpeg.transcoder import FfmpegTranscoder
from killrvideo.adapters.language.translation.chain import TranslatorChain
from killrvideo.adapters.pictures import PillowPictures
from killrvideo.adapters.youtube import YouTubeSource
from killrvideo.bootstrap.files import media_of, notifier_of, scratch_of
from killrvideo.bootstrap.language import answers_of, embeddings_of
from killrvideo.bootstrap.speech import speech_of, translator_of
from killrvideo.bootstrap.stores import BackEnd, storage_of
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.failpoints import Failpoints
from killrvideo.service_interfaces.language import AnswerWriter, EmbeddingModels
from killrvideo.service_interfaces.notifying import Notifier
from killrvideo.service_interfaces.pictures import PictureMaker
from killrvideo.service_interfaces.scratch import Scratch
from killrvideo.service_interfaces.speech import SpeechModel
from killrvideo.service_interfaces.transcoder import Transcoder
from killrvideo.service_interfaces.video_sources import VideoSource
from killrvideo.settings.model import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundations:
    """What everything else stands on; tests put some of it in place."""

    clock: Clock
    ids: IdSource
    source: VideoSource
    hasher: Argon2Hasher
    storage: BackEnd
    blobs: BlobStore
    embeddings: EmbeddingModels
    answers: AnswerWriter | None
    speech: SpeechModel | None
    translator: TranslatorChain
    experiments: OpenFeatureExperiments
    failpoints: Failpoints
    scratch: Scratch
    transcoder: Transcoder
    pictures: PictureMaker
    notifier: Notifier | None


def lay(
    settings: Settings,
    clock: Clock,
    ids: IdSource,
    source: VideoSource | None,
    failpoints: Failpoints | None,
    storage: BackEnd | None,
    embeddings: EmbeddingModels | None,
) -> Foundations:
    """What is None is chosen by the settings. Raises ValueError, InvalidInput, OSError."""
    failpoints = failpoints or _failpoints(settings)
    storage = storage or storage_of(settings, clock, ids, failpoints)
    blobs = media_of(settings)
    return Foundations(
        clock=clock,
        ids=ids,
        failpoints=failpoints,
        source=source or _youtube(settings, clock),
        hasher=_hasher(settings),
        storage=storage,
        experiments=OpenFeatureExperiments(storage, clock),
        blobs=blobs,
        scratch=scratch_of(settings, blobs),
        transcoder=FfmpegTranscoder(
            ffmpeg=settings.ffmpeg, preset=settings.transcode_preset, threads=settings.transcode_threads
        ),
        pictures=PillowPictures(),
        notifier=notifier_of(settings, clock),
        embeddings=embeddings or embeddings_of(settings),
        answers=answers_of(settings),
        speech=speech_of(settings),
        translator=translator_of(settings),
    )


def _failpoints(settings: Settings) -> Failpoints:
    return CrashAt(settings.failpoint) if settings.failpoint else NO_FAILPOINTS


def _youtube(settings: Settings, clock: Clock) -> YouTubeSource:
    key = settings.youtube_api_key
    return YouTubeSource(
        clock,
        base_url=settings.youtube_base_url,
        api_base_url=settings.youtube_api_base_url,
        api_key=key.get_secret_value() if key else None,
        captions_url=settings.youtube_captions_url,
        timeout=settings.youtube_timeout_seconds,
    )


def _hasher(settings: Settings) -> Argon2Hasher:
    return Argon2Hasher(
        memory_kib=settings.argon2_memory_kib,
        passes=settings.argon2_time,
        lanes=settings.argon2_parallelism,
        threads=settings.hashing_threads,
    )
