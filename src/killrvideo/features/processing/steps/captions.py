"""Captions of what is said: heard in uploaded files; of YouTube videos fetched, where that is possible."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from killrvideo.domain.automatic_captions import sound_in
from killrvideo.domain.captions import CaptionTrack, clean_language
from killrvideo.domain.cues import cues_of
from killrvideo.domain.errors import InvalidCaptions, UnusableFile
from killrvideo.domain.jobs import Job
from killrvideo.domain.languages import ENGLISH, is_same, label_of
from killrvideo.domain.videos import Video
from killrvideo.domain.webvtt import read
from killrvideo.features.processing.steps.files import UploadedFiles
from killrvideo.features.processing.steps.tracks import Made, NewTracks, has_own, heard, translated
from killrvideo.features.processing.work import Keep, nothing_more
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.progress import Told, within
from killrvideo.service_interfaces.speech import SpeechModel, Task
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.transcoder import Transcoder
from killrvideo.service_interfaces.video_sources import VideoSource

WAVE_DONE = 0.05
WAVE_BYTES = 32_000
"""For a second."""


class HearCaptions:
    """For uploads. What the owner has put in a language stays as it is, and is not heard again."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        files: UploadedFiles,
        transcoder: Transcoder,
        speech: SpeechModel | None,
        *,
        into_english: bool,
    ) -> None:
        """``into_english``: whether what is said in another language gets English captions as well."""
        self._storage = storage
        self._files = files
        self._transcoder = transcoder
        self._speech = speech
        self._into_english = into_english
        self._tracks = NewTracks(storage, clock)

    async def __call__(self, job: Job, video: Video, told: Told) -> Keep:  # noqa: ARG002
        _, source = await self._files.known(video)
        tasks = self._tasks(video, await self._storage.captions.tracks(video.id))
        if self._speech is None or not source.has_sound or not tasks:
            return nothing_more
        file = await self._files.bring(video)
        async with self._files.scratch.folder(video.id, round(WAVE_BYTES * source.seconds)) as folder:
            wave = await self._transcoder.wave(file, source, folder)
            made = await _made(self._speech, wave, declared_of(video), tasks, within(told, WAVE_DONE, 1))
        return self._tracks.keeping(made)

    def _tasks(self, video: Video, tracks: Sequence[CaptionTrack]) -> list[Task]:
        """What nobody has written down yet."""
        declared = declared_of(video)
        is_english = declared is not None and is_same(declared, ENGLISH)
        tasks = []
        if declared is None or not has_own(tracks, declared):
            tasks.append(Task.TRANSCRIBE)
        if self._into_english and not is_english and not has_own(tracks, ENGLISH):
            tasks.append(Task.TRANSLATE)
        return tasks


class FetchCaptions:
    """For YouTube videos: in the language that was declared, else in English."""

    def __init__(self, storage: Storage, clock: Clock, source: VideoSource) -> None:
        self._storage = storage
        self._source = source
        self._tracks = NewTracks(storage, clock)

    async def __call__(self, job: Job, video: Video, told: Told) -> Keep:  # noqa: ARG002
        language = declared_of(video) or ENGLISH
        if video.youtube_id is None or has_own(await self._storage.captions.tracks(video.id), language):
            return nothing_more
        data = await self._source.captions(video.youtube_id, language)
        if data is None:
            return nothing_more
        try:
            cues = await asyncio.to_thread(read, data)
        except InvalidCaptions as fault:
            raise UnusableFile(f"The captions at hand cannot be used: {fault.detail}") from None
        label = label_of(language, "YouTube")
        return self._tracks.keeping([Made(language=language, label=label, cues=cues, automatic=False)])


def declared_of(video: Video) -> str | None:
    """The language that its owner says it is in, if that is one."""
    try:
        return clean_language(video.language or "")
    except InvalidCaptions:
        return None


def _spoken(made: Sequence[Made], found: str) -> str:
    """The language of what was heard beside it, if there is such a track."""
    return made[0].language if made else found


async def _made(
    speech: SpeechModel, wave: Path, language: str | None, tasks: Sequence[Task], told: Told
) -> list[Made]:
    made: list[Made] = []
    for number, task in enumerate(tasks):
        if made and is_same(made[0].language, ENGLISH):
            break
        part = within(told, number / len(tasks), (number + 1) / len(tasks))
        found = await speech.hear(wave, language=language, task=task, told=part)
        if found.language is None or not found.words:
            break
        cues = await asyncio.to_thread(cues_of, found.words)
        if task is Task.TRANSCRIBE:
            made.append(heard(found.language, cues))
        else:
            made.append(translated(ENGLISH, cues, sound_in(_spoken(made, found.language))))
    return made
