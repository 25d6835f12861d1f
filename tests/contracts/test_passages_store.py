"""What every index of passages keeps: whom it finds, in which order, and whom it does not."""

from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest

from killrvideo.domain.errors import TextsChanged
from killrvideo.domain.ids import VideoId
from killrvideo.domain.passages import PassageHit, PassageHits, PassageSet
from killrvideo.domain.removals import Cause
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.features.passages import PassageUpkeep
from killrvideo.service_interfaces.hiding import show_video
from killrvideo.service_interfaces.storage import Storage
from tests.builders.accounts import an_account
from tests.builders.captions import MODEL, keep_captions, passages_of, some_captions, webvtt
from tests.builders.keeping import ORIGIN, change, hide, keep, present
from tests.builders.town import a_rating
from tests.builders.videos import a_video
from tests.holding_still import START
from tests.stand_ins.embeddings import StandInModels, WordHashEmbeddings, vector_of

UPLOADER, ANN = an_account(), an_account()
ALL = SearchFilter()
RAIN = "Clouds carry water and when they are heavy enough it rains."
SNOW = "Below freezing point the water falls as snow instead."


@pytest.fixture(autouse=True)
async def people(storage: Storage) -> None:
    await keep(storage, UPLOADER, ANN)


async def saying(storage: Storage, *lines: str, **changes: Any) -> Video:
    """A video with captions, and passages with vectors."""
    video = a_video(UPLOADER, **changes)
    await keep(storage, video)
    await keep_captions(storage, video, some_captions(video, *lines))
    return video


async def search(storage: Storage, query: str, chosen: SearchFilter = ALL, limit: int = 10) -> PassageHits:
    return await storage.passages.search(query, chosen, limit, model=MODEL, vector=vector_of(query))


def videos_of(hits: tuple[PassageHit, ...]) -> list[VideoId]:
    return [hit.passage.video_id for hit in hits]


async def found(storage: Storage, query: str, chosen: SearchFilter = ALL) -> list[VideoId]:
    """By words and by meaning, which must agree."""
    hits = await search(storage, query, chosen)
    assert set(videos_of(hits.by_words)) == set(videos_of(hits.by_meaning))
    return videos_of(hits.by_words)


async def test_passages_are_found_by_words_and_by_meaning(storage: Storage) -> None:
    rain, snow = await saying(storage, RAIN), await saying(storage, SNOW)
    hits = await search(storage, "why does water fall as snow")
    for kind in (hits.by_words, hits.by_meaning):
        assert videos_of(kind) == [snow.id, rain.id]
        assert kind[0].score > kind[1].score
        assert kind[0].passage.text == SNOW
    assert hits.by_meaning[0].score <= 1


async def test_a_passage_says_where_it_is_from(storage: Storage) -> None:
    video = a_video(UPLOADER, description="About snow. " * 3)
    await keep(storage, video)
    english = some_captions(video, "Word " * 44 + "end.", "Term " * 44 + "end.", "Snow at last.")
    german = some_captions(video, "Schnee.", language="de")
    await keep_captions(storage, video, german, english)
    kept = await storage.passages.of(video.id)
    assert [(one.number, one.language, one.start, one.end) for one in kept] == [
        (0, None, 0, 0),
        (1, "de", 0, 4000),
        (2, "en", 0, 4000),
        (3, "en", 5000, 14000),
    ]
    hits = await search(storage, "snow")
    assert {hit.passage for hit in hits.by_words} == {kept[0], kept[3]}
    assert set(kept) == {hit.passage for hit in hits.by_meaning}


async def test_the_title_of_the_video_is_found_too(storage: Storage) -> None:
    video = await saying(storage, "It falls.", title="All about precipitation")
    assert videos_of((await search(storage, "precipitations")).by_words) == [video.id]


async def test_without_vectors_words_alone_find(storage: Storage) -> None:
    video = a_video(UPLOADER)
    await keep(storage, video)
    await keep_captions(storage, video, some_captions(video, RAIN), model=None)
    hits = await search(storage, "clouds")
    assert (videos_of(hits.by_words), hits.by_meaning) == ([video.id], ())
    assert (await storage.passages.search("clouds", ALL, 5)).by_words == hits.by_words


async def test_vectors_of_another_model_are_near_to_nothing(storage: Storage) -> None:
    await saying(storage, RAIN)
    hits = await storage.passages.search("rain", ALL, 5, model="other", vector=vector_of("rain"))
    assert hits.by_meaning == ()
    for wrong in ([1.0, 2.0], [0.0] * 384):
        assert (await storage.passages.search("rain", ALL, 5, model=MODEL, vector=wrong)).by_meaning == ()


@pytest.mark.parametrize("query", ['"', "snow AND (", "rain*", "🌧", "-", "NEAR(a b)", "x" * 500, "the"])
async def test_any_text_is_a_query(storage: Storage, query: str) -> None:
    await saying(storage, RAIN)
    await search(storage, query)


async def test_the_best_come_where_only_some_are_wanted(storage: Storage) -> None:
    videos = [
        await saying(storage, f"{'snow ' * number}melts away slowly in spring.") for number in range(1, 5)
    ]
    hits = await search(storage, "snow", limit=2)
    assert len(hits.by_words) == len(hits.by_meaning) == 2
    assert hits.by_words[0].passage.video_id == videos[-1].id
    assert videos_of(hits.by_meaning) == [videos[3].id, videos[2].id]


async def test_filters_hold_for_both_kinds(storage: Storage) -> None:
    plain = await saying(storage, RAIN)
    special = await saying(
        storage,
        RAIN,
        tags=("Weather", "Late Night"),
        category="Nature",
        language="en",
        submitted_at=START - timedelta(days=3),
    )
    other = a_video(ANN)
    await keep(storage, other)
    await keep_captions(storage, other, some_captions(other, RAIN))
    await keep(storage, a_rating(special, ANN, 4))
    for chosen in (
        SearchFilter(tags=("weather",)),
        SearchFilter(tags=("late  NIGHT", "weather")),
        SearchFilter(category="Nature"),
        SearchFilter(language="en"),
        SearchFilter(minimum_rating=3.5),
        SearchFilter(submitted_to=START - timedelta(days=1)),
        SearchFilter(category="Nature", uploader_id=UPLOADER.id),
    ):
        assert await found(storage, "rains", chosen) == [special.id], chosen
    assert set(await found(storage, "rains", SearchFilter(uploader_id=UPLOADER.id))) == {plain.id, special.id}
    assert set(await found(storage, "rains", SearchFilter(submitted_from=START))) == {plain.id, other.id}
    assert await found(storage, "rains", SearchFilter(tags=("weather", "snow"))) == []
    assert await found(storage, "rains", SearchFilter(minimum_rating=4.5)) == []


async def heard(storage: Storage, query: str, chosen: SearchFilter = ALL) -> list[VideoId]:
    return [hit.passage.video_id for hit in await storage.passages.saying(query, chosen, 10)]


async def test_what_says_all_the_words_is_heard(storage: Storage) -> None:
    rain, snow = await saying(storage, RAIN, title="Clouds"), await saying(storage, SNOW)
    assert await heard(storage, "cloud water") == [rain.id]
    assert set(await heard(storage, "waters")) == {rain.id, snow.id}
    assert await heard(storage, "clouds snow") == []
    [hit] = await storage.passages.saying("snow", ALL, 10)
    assert (hit.passage.text, hit.passage.language) == (SNOW, "en")
    assert hit.score > 0
    assert len(await storage.passages.saying("water", ALL, 1)) == 1


async def test_titles_help_but_they_and_descriptions_are_not_said(storage: Storage) -> None:
    video = await saying(storage, RAIN, title="Weather", description="Storms and floods.")
    assert await heard(storage, "weather clouds") == [video.id]
    assert await heard(storage, "weather") == []
    assert await heard(storage, "storms") == []


async def test_a_filter_narrows_what_is_heard(storage: Storage) -> None:
    await saying(storage, RAIN)
    special = await saying(storage, RAIN, tags=("Weather",), category="Nature", language="en")
    for chosen in (
        SearchFilter(tags=("weather",)),
        SearchFilter(category="Nature"),
        SearchFilter(language="en", uploader_id=UPLOADER.id),
    ):
        assert await heard(storage, "rains", chosen) == [special.id]
    assert await heard(storage, "rains", SearchFilter(submitted_from=START + timedelta(days=1))) == []


@pytest.mark.parametrize("query", ['"', "snow AND (", "text : rain", "rain*", "🌧", "x" * 500, "the"])
async def test_any_text_can_be_listened_for(storage: Storage, query: str) -> None:
    await saying(storage, RAIN)
    await storage.passages.saying(query, ALL, 10)


@pytest.mark.parametrize("cause", [Cause.AUTHOR, Cause.MODERATION, Cause.ACCOUNT])
async def test_what_is_hidden_is_found_by_nobody(storage: Storage, cause: Cause) -> None:
    video = await saying(storage, RAIN, description=RAIN)
    assert set(await found(storage, "clouds")) == {video.id}
    await hide(storage, video, cause)
    assert await found(storage, "clouds") == []
    work = storage.begin("tests.show", ORIGIN)
    show_video(storage, work, await present(storage, video.id), cause, START)
    await work.commit()
    assert set(await found(storage, "clouds")) == {video.id}


async def test_what_is_not_ready_is_found_by_nobody(storage: Storage) -> None:
    for status in VideoStatus:
        await saying(storage, RAIN, status=status)
    [video_id] = await found(storage, "clouds")
    assert (await present(storage, video_id)).status is VideoStatus.READY


async def test_passages_are_replaced_as_a_whole(storage: Storage) -> None:
    video = await saying(storage, RAIN, SNOW * 10)
    assert len(await storage.passages.of(video.id)) > 1
    before = await storage.captions.get(video.id, "en")
    assert before is not None
    await keep_captions(storage, video, before.changed(START, webvtt("Only fog."), "English"))
    assert [one.text for one in await storage.passages.of(video.id)] == ["Only fog."]
    assert (await search(storage, "snow")).by_words == ()
    assert await found(storage, "fog") == [video.id]


async def test_a_purged_video_takes_its_passages_along(storage: Storage) -> None:
    video = await saying(storage, RAIN)
    await hide(storage, video)
    work = storage.begin("tests.purge", ORIGIN)
    storage.videos.purge(work, await present(storage, video.id))
    await work.commit()
    assert await storage.passages.of(video.id) == []
    await keep_captions_of_gone(storage, video)
    assert await storage.passages.of(video.id) == []
    assert (await search(storage, "clouds")) == PassageHits()


async def keep_captions_of_gone(storage: Storage, video: Video) -> None:
    work = storage.begin("tests.late", ORIGIN)
    storage.passages.replace(work, passages_of(video, some_captions(video, RAIN)))
    with pytest.raises(TextsChanged):
        await work.commit()


async def test_passages_of_texts_that_have_changed_meanwhile_are_not_stored(storage: Storage) -> None:
    video = await saying(storage, RAIN)
    of_before = passages_of(video, some_captions(video, RAIN))
    work = storage.begin("tests.captions", ORIGIN)
    storage.captions.remove(work, some_captions(video, RAIN).track)
    storage.passages.replace(work, passages_of(video))
    await work.commit()
    assert await found(storage, "clouds") == []
    await replaced(storage, of_before, refused=True)

    await change(storage, video.changed(START, description=SNOW))
    of_before = passages_of(video)
    await replaced(storage, of_before, refused=True)
    edited = await present(storage, video.id)
    await replaced(storage, passages_of(edited))
    assert await found(storage, "freezing") == [video.id]


async def replaced(storage: Storage, made: PassageSet, *, refused: bool = False) -> None:
    work = storage.begin("tests.passages", ORIGIN)
    storage.passages.replace(work, made)
    with pytest.raises(TextsChanged) if refused else nullcontext():
        await work.commit()


async def test_captions_from_before_a_video_was_public_are_found_once_it_is(storage: Storage) -> None:
    waiting = await saying(storage, RAIN, status=VideoStatus.PENDING)
    unread = a_video(UPLOADER, status=VideoStatus.PENDING)
    await keep(storage, unread)
    await keep_captions(storage, unread, some_captions(unread, SNOW), model=None)
    assert await outdated(storage) == await outdated(storage, None) == set()
    assert await search(storage, "clouds") == PassageHits()

    upkeep = PassageUpkeep(storage, StandInModels(WordHashEmbeddings()))
    for video in (waiting, unread):
        await change(storage, video.changed(START, status=VideoStatus.READY))
        await upkeep.follow(video.id, ORIGIN)
    assert set(videos_of((await search(storage, "clouds")).by_words)) == {waiting.id}
    assert waiting.id in videos_of((await search(storage, "clouds")).by_meaning)
    assert await outdated(storage) == {unread.id}


async def outdated(storage: Storage, model: str | None = MODEL) -> set[VideoId]:
    """All of them, found in small pieces."""
    videos: set[VideoId] = set()
    after: str | None = None
    while True:
        part = await storage.passages.outdated(model, 2, after)
        videos |= {*part.videos}
        after = part.next
        if after is None:
            return videos


async def test_public_videos_without_passages_of_their_texts_are_outdated(storage: Storage) -> None:
    videos = [a_video(UPLOADER, description=RAIN) for _ in range(4)]
    await keep(storage, *videos, a_video(UPLOADER, status=VideoStatus.PENDING))
    assert await outdated(storage) == await outdated(storage, None) == {video.id for video in videos}
    for video in videos[:3]:
        await keep_captions(storage, video, some_captions(video))
    await keep_captions(storage, videos[3], some_captions(videos[3]), model=None)
    assert await outdated(storage, None) == set()
    assert await outdated(storage) == {videos[3].id}
    assert await outdated(storage, "other") == {video.id for video in videos}

    work = storage.begin("tests.captions", ORIGIN)
    storage.captions.remove(work, some_captions(videos[0]).track)
    await work.commit()
    await change(storage, videos[1].changed(START, description=SNOW))
    await change(storage, videos[2].changed(START, thumbnail_url="https://example.org/a.jpg"))
    assert await outdated(storage, None) == {videos[0].id, videos[1].id}
    for number in range(4):
        video = await present(storage, videos[number].id)
        tracks = await storage.captions.tracks(video.id)
        assert await storage.passages.is_current(video, tracks) == (number > 1)
