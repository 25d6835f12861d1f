"""Captions that processing makes: of what is heard, of what is fetched, and translations of them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from killrvideo.adapters.blobs import open_blobs
from killrvideo.adapters.scratch import FolderScratch
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.captions import Captions, CaptionTrack
from killrvideo.domain.errors import UnusableFile
from killrvideo.domain.events import CaptionsChanged
from killrvideo.domain.jobs import Job, JobKind
from killrvideo.domain.media import Source
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.domain.webvtt import read
from killrvideo.features.passages import PassageUpkeep
from killrvideo.features.processing.steps.captions import FetchCaptions, HearCaptions
from killrvideo.features.processing.steps.files import UploadedFiles
from killrvideo.features.processing.steps.translations import TranslateCaptions
from killrvideo.features.processing.work import StepWork
from killrvideo.service_interfaces.transcoder import Transcoder
from killrvideo.service_interfaces.video_sources import VideoMetadata
from tests.builders.accounts import an_account
from tests.builders.blobs import PATIENCE
from tests.builders.captions import some_captions, webvtt
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, keep
from tests.builders.media import an_uploaded_video, media_of
from tests.builders.stored import left_behind
from tests.builders.videos import a_video
from tests.holding_still import START, ManualClock
from tests.stand_ins.embeddings import StandInModels, WordHashEmbeddings
from tests.stand_ins.speech import Repeating, StandInSpeech, WaveMaker

UPLOADER = an_account()
RIVER = "The river rises in the mountains. Nobody can cross it."


@pytest.fixture
async def video(storage: SqliteStorage) -> Video:
    video = an_uploaded_video(UPLOADER, status=VideoStatus.PROCESSING)
    await keep(storage, UPLOADER, video)
    work = storage.begin("tests.media", ORIGIN)
    storage.media.put(work, media_of(video))
    await work.commit()
    return video


class Step:
    """Runs steps as the runner does, but for the job."""

    def __init__(self, storage: SqliteStorage, clock: ManualClock, folder: Path) -> None:
        self._storage = storage
        self._clock = clock
        scratch = FolderScratch(folder / "scratch", open_blobs((folder / "media").as_uri(), PATIENCE))
        self._files = UploadedFiles(storage, scratch)
        self.told: list[float] = []

    async def hear(self, video: Video, speech: StandInSpeech | None, *, into_english: bool = False) -> None:
        transcoder = cast(Transcoder, WaveMaker())
        step = HearCaptions(
            self._storage, self._clock, self._files, transcoder, speech, into_english=into_english
        )
        await self._run(step, video)

    async def fetch(self, video: Video, data: bytes | None) -> None:
        await self._run(FetchCaptions(self._storage, self._clock, Shelf(data)), video)

    async def translate(self, video: Video, translator: Repeating, *languages: str) -> None:
        await self._run(TranslateCaptions(self._storage, self._clock, translator, languages), video)

    async def _run(self, step: StepWork, video: Video) -> None:
        job = Job.new(IDS.new(), JobKind.VIDEO_CAPTIONS, video.id, START, ORIGIN)
        keep_it = await step(job, video, self.told.append)
        work = self._storage.begin("tests.step", ORIGIN)
        await keep_it(work, video)
        await work.commit()


class Shelf:
    """A source of captions."""

    def __init__(self, data: bytes | None) -> None:
        self._data = data

    async def describe(self, youtube_id: str) -> VideoMetadata:
        return VideoMetadata(title=youtube_id)

    async def thumbnail(self, address: str) -> bytes:
        return address.encode()

    async def captions(self, youtube_id: str, language: str) -> bytes | None:
        return self._data


@pytest.fixture
def step(storage: SqliteStorage, clock: ManualClock, tmp_path: Path) -> Step:
    return Step(storage, clock, tmp_path)


async def tracks(storage: SqliteStorage, video: Video) -> Sequence[CaptionTrack]:
    return await storage.captions.tracks(video.id)


async def said(storage: SqliteStorage, video: Video, language: str) -> str:
    captions = await storage.captions.get(video.id, language)
    assert captions is not None
    return " ".join(cue.text.replace("\n", " ") for cue in read(captions.text.encode()))


async def put(storage: SqliteStorage, video: Video, *captions: Captions) -> None:
    work = storage.begin("tests.captions", ORIGIN)
    for one in captions:
        storage.captions.put(work, one)
    await work.commit()


async def test_what_is_heard_becomes_captions_that_are_known_as_automatic(
    storage: SqliteStorage, step: Step, video: Video
) -> None:
    await step.hear(video, StandInSpeech(RIVER))
    [track] = await tracks(storage, video)
    assert (track.language, track.label, track.automatic) == ("en", "English (automatic)", True)
    assert await said(storage, video, "en") == RIVER
    happened = [recorded.event for recorded in await left_behind(storage)]
    assert CaptionsChanged(video_id=video.id, language="en", is_new=True) in happened
    assert step.told[-1] == 1.0


async def test_what_is_heard_is_found_like_any_captions(
    storage: SqliteStorage, step: Step, video: Video
) -> None:
    await step.hear(video, StandInSpeech(RIVER))
    work = storage.begin("tests.publish", ORIGIN)
    storage.videos.replace(work, video.changed(START, status=VideoStatus.READY))
    await work.commit()
    await PassageUpkeep(storage, StandInModels(WordHashEmbeddings())).follow(video.id, ORIGIN)
    assert any("river rises" in one.text for one in await storage.passages.of(video.id))


async def test_a_declared_language_is_obeyed(storage: SqliteStorage, step: Step, video: Video) -> None:
    speech = StandInSpeech("Chove.")
    await step.hear(replace(video, language="pt-br"), speech)
    assert [asked for asked, _ in speech.asked] == ["pt-BR"]
    [track] = await tracks(storage, video)
    assert (track.language, track.label) == ("pt-BR", "Portuguese (BR, automatic)")


async def test_what_the_owner_put_stays_and_is_not_heard_again(
    storage: SqliteStorage, step: Step, video: Video
) -> None:
    own = some_captions(video, "As the owner has it.", language="en-GB")
    await put(storage, video, own)
    speech = StandInSpeech(RIVER)
    await step.hear(replace(video, language="en"), speech)
    assert speech.asked == []
    # Only when it was heard is it known that it is the same language.
    await step.hear(video, speech)
    assert await tracks(storage, video) == [own.track]


async def test_captions_that_the_owner_puts_meanwhile_stay(
    storage: SqliteStorage, clock: ManualClock, step: Step, video: Video
) -> None:
    await step.hear(video, StandInSpeech(RIVER))
    heard = await storage.captions.get(video.id, "en")
    assert heard is not None
    await put(storage, video, heard.changed(START, webvtt("Mended."), "English"))
    await step.hear(video, StandInSpeech("Heard again."))
    assert await said(storage, video, "en") == "Mended."


async def test_heard_again_it_replaces_what_was_heard_before(
    storage: SqliteStorage, step: Step, video: Video
) -> None:
    for text in (RIVER, RIVER, "Heard better."):
        await step.hear(video, StandInSpeech(text))
    [track] = await tracks(storage, video)
    assert (track.version, track.automatic) == (2, True)
    assert await said(storage, video, "en") == "Heard better."


async def test_silence_has_no_captions(storage: SqliteStorage, step: Step, video: Video) -> None:
    await step.hear(video, StandInSpeech(""))
    await step.hear(video, None)
    assert await tracks(storage, video) == []


async def test_a_film_without_sound_is_not_listened_to(
    storage: SqliteStorage, step: Step, video: Video
) -> None:
    media = await storage.media.get(video.id)
    assert media is not None
    work = storage.begin("tests.media", ORIGIN)
    storage.media.put(
        work, media.changed(source=Source(size=1, container="mp4", seconds=5, width=6, height=4))
    )
    await work.commit()
    speech = StandInSpeech(RIVER)
    await step.hear(video, speech)
    assert speech.asked == []


async def test_another_language_gets_english_captions_where_they_are_wanted(
    storage: SqliteStorage, step: Step, video: Video
) -> None:
    await step.hear(
        video, StandInSpeech("Es regnet.", language="de", in_english="It rains."), into_english=True
    )
    german, english = await tracks(storage, video)
    assert (german.label, german.automatic) == ("German (automatic)", True)
    assert (english.label, english.automatic) == ("English (automatic translation)", True)
    assert await said(storage, video, "en") == "It rains."


async def test_english_is_not_translated_into_english(
    storage: SqliteStorage, step: Step, video: Video
) -> None:
    speech = StandInSpeech(RIVER, in_english="Heard a second time.")
    await step.hear(video, speech, into_english=True)
    assert len(speech.asked) == 1
    assert await said(storage, video, "en") == RIVER


async def test_captions_of_youtube_are_kept_where_they_are_to_be_had(
    storage: SqliteStorage, step: Step
) -> None:
    video = a_video(UPLOADER, status=VideoStatus.PROCESSING)
    await keep(storage, UPLOADER, video)
    await step.fetch(video, None)
    assert await tracks(storage, video) == []
    await step.fetch(video, webvtt("From YouTube.").encode())
    [track] = await tracks(storage, video)
    assert (track.label, track.automatic) == ("English (YouTube)", False)
    with pytest.raises(UnusableFile):
        await step.fetch(replace(video, language="de"), b"<html>")


async def test_captions_are_translated_cue_by_cue(storage: SqliteStorage, step: Step, video: Video) -> None:
    await step.hear(video, StandInSpeech(RIVER))
    translator = Repeating(("en", "de"), ("en", "fr"))
    await step.translate(video, translator, "de", "en", "es", "fr")

    assert [(track.language, track.label) for track in await tracks(storage, video)] == [
        ("de", "German (automatic translation)"),
        ("en", "English (automatic)"),
        ("fr", "French (automatic translation)"),
    ]
    cues = {
        language: read(captions.text.encode())
        for language in ("en", "de")
        if (captions := await storage.captions.get(video.id, language))
    }
    assert [cue.start for cue in cues["de"]] == [cue.start for cue in cues["en"]]
    assert cues["de"][0].text == "The river rises in the mountains. [en>de]"


async def test_what_is_spoken_is_translated_first_and_what_the_owner_put_is_never_replaced(
    storage: SqliteStorage, step: Step, video: Video
) -> None:
    await step.hear(video, StandInSpeech("Es regnet.", language="de"))
    english = some_captions(video, "It rains.")
    await put(storage, video, english)
    translator = Repeating(("en", "fr"), ("de", "en"), ("de", "fr"))
    await step.translate(video, translator, "en", "fr")
    assert translator.texts == ["Es regnet."]
    await step.translate(replace(video, language="en"), translator, "de", "fr")
    assert translator.texts == ["Es regnet.", "It rains."]
    assert await said(storage, video, "fr") == "It rains. [en>fr]"
    assert await said(storage, video, "de") == "Es regnet."
    assert (await storage.captions.get(video.id, "en")) == english


async def test_without_captions_or_languages_there_is_nothing_to_translate(
    storage: SqliteStorage, step: Step, video: Video
) -> None:
    translator = Repeating(("en", "de"))
    await step.translate(video, translator, "de")
    await step.hear(video, StandInSpeech(RIVER))
    await step.translate(video, translator)
    assert translator.texts == []
    assert len(await tracks(storage, video)) == 1
