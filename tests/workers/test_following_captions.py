"""Captions that an owner mends are translated anew: from the request to the job."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from killrvideo.domain.automatic_captions import text_of, translated_label
from killrvideo.domain.jobs import JobKind, JobState
from killrvideo.domain.videos import Video, VideoStatus
from killrvideo.settings.model import Settings
from tests.builders.captions import some_captions, webvtt
from tests.builders.keeping import ORIGIN, keep
from tests.builders.media import an_uploaded_video
from tests.workers.site import Site


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path,
        durability="off",
        argon2_memory_kib=8,
        argon2_time=1,
        translation_languages=("de",),
    )


async def put(site: Site, film: Video, text: str) -> None:
    await site.house.captions.put(site.person, film.id, "en", webvtt(text).encode())
    await site.workers.settle()


async def translations_of(site: Site, film: Video) -> list[JobState]:
    return [job.state for job in await site.jobs(film.id) if job.kind is JobKind.VIDEO_TRANSLATIONS]


async def translate(site: Site, film: Video) -> None:
    """As if somebody at this place knew German."""
    german = some_captions(film, "Fassung 1.", language="de", label=translated_label("de"))
    [english] = await site.storage.captions.tracks(film.id)
    track = replace(german.track, automatic=True, made_of=text_of(english))
    work = site.storage.begin("tests.captions", ORIGIN)
    site.storage.captions.put(work, replace(german, track=track))
    await work.commit()


async def test_each_change_of_captions_is_followed_by_their_translation(site: Site) -> None:
    film = an_uploaded_video(site.account, status=VideoStatus.READY)
    await keep(site.storage, film)
    for count in (1, 2):
        site.clock.advance(timedelta(minutes=1))
        await put(site, film, f"Version {count}.")
        if count == 1:
            await translate(site, film)
        assert await translations_of(site, film) == [JobState.DONE] * (count - 1) + [JobState.QUEUED]
        site.clock.advance(timedelta(minutes=1))
        await site.workers.settle()
        assert await translations_of(site, film) == [JobState.DONE] * count


async def test_a_translation_that_a_removal_cancelled_is_made_up_for(site: Site) -> None:
    film = an_uploaded_video(site.account, status=VideoStatus.READY)
    await keep(site.storage, film)
    await put(site, film, "Mended.")
    await site.house.videos.delete(site.person, film.id)
    await site.workers.settle()
    assert await translations_of(site, film) == [JobState.QUEUED]
    site.clock.advance(timedelta(minutes=1))
    await site.workers.settle()
    assert await translations_of(site, film) == [JobState.FAILED]

    await site.house.videos.restore(site.person, film.id)
    await site.workers.settle()
    site.clock.advance(timedelta(minutes=1))
    await site.workers.settle()
    assert await translations_of(site, film) == [JobState.FAILED, JobState.DONE]
