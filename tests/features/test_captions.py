"""Captions: who brings them, what is kept of them, and what can be found by them at once."""

from dataclasses import replace
from threading import get_ident

import pytest

from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.access import Caller, Role
from killrvideo.domain.captions import LARGEST, TOGETHER_MOST, TRACKS_MOST
from killrvideo.domain.errors import (
    CaptionsNotFound,
    InvalidCaptions,
    MissingScope,
    NotAllowed,
    NotSignedIn,
    StaleVersion,
    VideoNotFound,
)
from killrvideo.domain.events import CaptionsChanged
from killrvideo.domain.ids import VideoId
from killrvideo.domain.moderation import AuditAction
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.features.captions import CaptionDesk
from killrvideo.features.passages import PassageUpkeep
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.callers import NOBODY, caller_of
from tests.builders.captions import some_captions, webvtt
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN, change, hide, keep, present
from tests.builders.stored import left_behind, trail
from tests.builders.videos import a_video
from tests.holding_still import START, CountingIds, ManualClock
from tests.stand_ins.embeddings import StandInModels, WordHashEmbeddings, vector_of

UPLOADER, ANN = an_account(roles=frozenset({Role.CREATOR})), an_account(roles=frozenset({Role.CREATOR}))
MODERATOR = an_account(roles=frozenset({Role.MODERATOR}))
VIEWER = an_account(roles=frozenset({Role.VIEWER}))
OWNER = caller_of(UPLOADER)
RAIN, SNOW = webvtt("Clouds bring rain.").encode(), webvtt("Cold brings snow.").encode()


@pytest.fixture
def model() -> WordHashEmbeddings:
    return WordHashEmbeddings()


@pytest.fixture
def desk(
    storage: SqliteStorage, clock: ManualClock, ids: CountingIds, model: WordHashEmbeddings
) -> CaptionDesk:
    return CaptionDesk(storage, clock, ids, StandInModels(model))


@pytest.fixture
async def video(storage: SqliteStorage) -> Video:
    video = a_video(UPLOADER)
    await keep(storage, UPLOADER, ANN, MODERATOR, VIEWER, video)
    return video


async def found(storage: Storage, query: str, model: str = "word-hash-1") -> tuple[list[str], list[str]]:
    """What is found by words, and what by meaning."""
    hits = await storage.passages.search(query, SearchFilter(), 5, model=model, vector=vector_of(query))
    return (
        [hit.passage.text for hit in hits.by_words],
        [hit.passage.text for hit in hits.by_meaning if hit.score > 0.2],
    )


async def test_what_was_put_is_listed_read_and_found(
    desk: CaptionDesk, storage: SqliteStorage, video: Video
) -> None:
    track = await desk.put(OWNER, video.id, "EN-us", RAIN, label="  American  English ")
    assert (track.language, track.label, track.version) == ("en-US", "American English", 1)
    assert await desk.tracks(NOBODY, video.id) == [track]
    assert (await desk.get(NOBODY, video.id, "en-us")).text == RAIN.decode()
    assert await found(storage, "clouds and rain") == (["Clouds bring rain."], ["Clouds bring rain."])
    [recorded] = [one for one in await left_behind(storage) if isinstance(one.event, CaptionsChanged)]
    assert recorded.event == CaptionsChanged(video_id=video.id, language="en-US", is_new=True)


async def test_what_is_put_again_replaces_what_was_found(
    desk: CaptionDesk, storage: SqliteStorage, video: Video
) -> None:
    await desk.put(OWNER, video.id, "en", RAIN)
    second = await desk.put(OWNER, video.id, "en", SNOW)
    assert (second.version, second.updated_at, second.label) == (2, START, "en")
    assert (await found(storage, "clouds"))[0] == []
    assert await found(storage, "snow") == (["Cold brings snow."], ["Cold brings snow."])
    assert await desk.put(OWNER, video.id, "en", SNOW) == second
    await desk.remove(OWNER, video.id, "en")
    assert await found(storage, "snow") == ([], [])
    assert await desk.tracks(OWNER, video.id) == []


async def test_only_of_the_version_that_was_read(desk: CaptionDesk, video: Video) -> None:
    with pytest.raises(StaleVersion):
        await desk.put(OWNER, video.id, "en", RAIN, expected_version=1)
    await desk.put(OWNER, video.id, "en", RAIN)
    with pytest.raises(StaleVersion):
        await desk.put(OWNER, video.id, "en", SNOW, expected_version=2)
    await desk.put(OWNER, video.id, "en", SNOW, expected_version=1)
    with pytest.raises(StaleVersion):
        await desk.remove(OWNER, video.id, "en", expected_version=1)
    await desk.remove(OWNER, video.id, "en", expected_version=2)


@pytest.mark.parametrize(
    ("caller", "refusal"),
    [(NOBODY, NotSignedIn), (caller_of(ANN), NotAllowed), (caller_of(VIEWER), MissingScope)],
)
async def test_only_owners_and_moderators_change_them(
    desk: CaptionDesk, storage: SqliteStorage, video: Video, caller: Caller, refusal: type[Exception]
) -> None:
    if caller.owns(VIEWER.id):
        video = a_video(VIEWER)
        await keep(storage, video)
    with pytest.raises(refusal):
        await desk.put(caller, video.id, "en", RAIN)
    with pytest.raises(refusal):
        await desk.remove(caller, video.id, "en")


async def test_a_moderator_who_changes_them_leaves_a_trail(
    desk: CaptionDesk, storage: SqliteStorage, video: Video
) -> None:
    await desk.put(OWNER, video.id, "en", RAIN)
    assert not await trail(storage)
    await desk.put(caller_of(MODERATOR), video.id, "en", SNOW)
    [entry] = await trail(storage)
    assert (entry.action, entry.target_id) == (AuditAction.CONTENT_EDITED, video.id)


async def test_captions_are_read_by_whoever_sees_the_video(
    desk: CaptionDesk, storage: SqliteStorage, video: Video
) -> None:
    await desk.put(OWNER, video.id, "en", RAIN)
    await hide(storage, video)
    for caller in (NOBODY, OWNER, caller_of(ANN)):
        with pytest.raises(VideoNotFound):
            await desk.get(caller, video.id, "en")
        with pytest.raises(VideoNotFound):
            await desk.tracks(caller, video.id)
    assert (await desk.get(caller_of(MODERATOR), video.id, "en")).text
    waiting = a_video(UPLOADER, status=VideoStatus.PENDING)
    await keep(storage, waiting)
    await desk.put(OWNER, waiting.id, "en", RAIN)
    with pytest.raises(VideoNotFound):
        await desk.get(NOBODY, waiting.id, "en")
    with pytest.raises(VideoNotFound):
        await desk.put(OWNER, VideoId(IDS.new()), "en", RAIN)


async def test_what_is_not_there_is_not_found(desk: CaptionDesk, video: Video) -> None:
    for language in ("fr", "nonsense language", "x" * 36):
        with pytest.raises(CaptionsNotFound):
            await desk.get(NOBODY, video.id, language)
        with pytest.raises(CaptionsNotFound):
            await desk.remove(OWNER, video.id, language)


async def test_what_cannot_be_kept_is_refused(desk: CaptionDesk, video: Video) -> None:
    for language, data, label in (("english", RAIN, None), ("en", b"<html>", None), ("en", RAIN, "x" * 61)):
        with pytest.raises(InvalidCaptions):
            await desk.put(OWNER, video.id, language, data, label=label)
    for number in range(TRACKS_MOST):
        await desk.put(OWNER, video.id, f"en-{number:03}", RAIN)
    with pytest.raises(InvalidCaptions, match="50 languages"):
        await desk.put(OWNER, video.id, "fr", RAIN)


async def test_all_captions_of_a_video_are_bounded_together(desk: CaptionDesk, video: Video) -> None:
    large = webvtt(*["x" * 1900] * (LARGEST // 2000)).encode()
    together = TOGETHER_MOST // len(large)
    for number in range(together):
        await desk.put(OWNER, video.id, f"en-{number:03}", large)
    with pytest.raises(InvalidCaptions, match="2,048 KiB together"):
        await desk.put(OWNER, video.id, "fr", large)
    assert len(await desk.tracks(OWNER, video.id)) == together
    await desk.put(OWNER, video.id, "en-000", RAIN)
    await desk.put(OWNER, video.id, "fr", large)


async def test_a_file_that_grows_when_it_is_written_anew_is_taken(
    desk: CaptionDesk, storage: SqliteStorage, video: Video
) -> None:
    cue = f"0:01.000-->0:09.000\nRain {'{' * 50}\n\n"
    data = f"WEBVTT\n\n{cue * (LARGEST * 4 // 5 // len(cue))}".encode()
    await desk.put(OWNER, video.id, "en", data)
    assert len((await desk.get(OWNER, video.id, "en")).text) > LARGEST
    assert (await storage.passages.outdated(None, 5)).videos == ()
    assert (await storage.passages.of(video.id))[0].text.startswith("Rain {{")


class Read(bytes):
    """A file that tells in which thread it is read."""

    thread: int | None = None

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        self.thread = get_ident()
        return super().decode(encoding, errors)


async def test_reading_a_file_holds_up_nobody_else(desk: CaptionDesk, video: Video) -> None:
    file = Read(RAIN)
    await desk.put(OWNER, video.id, "en", file)
    assert file.thread not in {None, get_ident()}


async def test_what_changes_beside_does_not_refuse_a_version_that_is_right(
    desk: CaptionDesk, storage: SqliteStorage, model: WordHashEmbeddings, video: Video
) -> None:
    await desk.put(OWNER, video.id, "en", RAIN)
    model.meanwhile.append(lambda: desk.put(OWNER, video.id, "de", webvtt("Es regnet.").encode()))
    track = await desk.put(OWNER, video.id, "en", SNOW, expected_version=1)
    assert track.version == 2
    said = {one.text for one in await storage.passages.of(video.id)}
    assert said == {"Cold brings snow.", "Es regnet."}


async def test_without_a_model_words_find_until_it_is_back(
    desk: CaptionDesk, storage: SqliteStorage, model: WordHashEmbeddings, video: Video
) -> None:
    model.away = True
    await desk.put(OWNER, video.id, "en", RAIN)
    assert await found(storage, "rain") == (["Clouds bring rain."], [])
    assert (await storage.passages.outdated(model.name, 5)).videos == (video.id,)
    assert (await storage.passages.outdated(None, 5)).videos == ()


async def test_passages_follow_the_video(
    desk: CaptionDesk, storage: SqliteStorage, model: WordHashEmbeddings, video: Video
) -> None:
    upkeep = PassageUpkeep(storage, StandInModels(model))
    await desk.put(OWNER, video.id, "en", RAIN)
    await change(storage, (await present(storage, video.id)).changed(START, description="About fog."))
    await upkeep.follow(video.id, ORIGIN)
    assert {one.text for one in await storage.passages.of(video.id)} == {"About fog.", "Clouds bring rain."}
    asked = len(model.asked)
    await upkeep.follow(video.id, ORIGIN)
    await upkeep.follow(VideoId(IDS.new()), ORIGIN)
    assert len(model.asked) == asked


async def test_captions_that_go_while_passages_are_made_stay_gone(
    desk: CaptionDesk, storage: SqliteStorage, model: WordHashEmbeddings, video: Video
) -> None:
    upkeep = PassageUpkeep(storage, StandInModels(model))
    await desk.put(OWNER, video.id, "en", RAIN)
    await change(storage, (await present(storage, video.id)).changed(START, description="About fog."))
    model.meanwhile.append(lambda: desk.remove(OWNER, video.id, "en"))
    await upkeep.follow(video.id, ORIGIN)
    assert [one.text for one in await storage.passages.of(video.id)] == ["About fog."]
    assert (await storage.passages.outdated(None, 5)).videos == ()


async def test_captions_that_cannot_be_read_stop_no_others(
    storage: SqliteStorage, model: WordHashEmbeddings, video: Video
) -> None:
    broken = some_captions(video, language="de")
    other = a_video(UPLOADER)
    await keep(storage, other)
    work = storage.begin("tests.captions", ORIGIN)
    for captions in (replace(broken, text="Es regnet."), some_captions(video), some_captions(other)):
        storage.captions.put(work, captions)
    await work.commit()
    upkeep = PassageUpkeep(storage, StandInModels(model))
    assert await upkeep.catch_up(ORIGIN) == 2
    for one in (video, other):
        assert [passage.language for passage in await storage.passages.of(one.id)] == ["en"]
    assert await upkeep.catch_up(ORIGIN) == 0


async def test_what_nobody_told_of_is_caught_up_with(
    storage: SqliteStorage, model: WordHashEmbeddings, video: Video
) -> None:
    captions = some_captions(video, "Hail falls.")
    work = storage.begin("tests.captions", ORIGIN)
    storage.captions.put(work, captions)
    await work.commit()
    upkeep = PassageUpkeep(storage, StandInModels(model))
    assert await upkeep.catch_up(ORIGIN) == 1
    assert (await found(storage, "hail"))[0] == ["Hail falls."]
    assert await upkeep.catch_up(ORIGIN) == 0
    assert model.asked == []
