"""Thumbnails and captions come over a real connection, from the operator's own servers here."""

import io
from collections.abc import AsyncIterator, Iterator

import pytest
from PIL import Image

from killrvideo.adapters.youtube import YouTubeSource
from killrvideo.domain.errors import SourceFailed, SourceNotFound, UnusableFile
from tests.holding_still import ManualClock
from tests.stand_ins.youtube import StandIn, youtube_stand_in

VIDEO = "dQw4w9WgXcQ"
SPOKEN = "WEBVTT\n\n00:01.000 --> 00:02.000\nNever gonna give you up\n"


@pytest.fixture(scope="module")
def youtube() -> Iterator[StandIn]:
    with youtube_stand_in() as stand_in:
        yield stand_in


def a_source(youtube: StandIn, clock: ManualClock, *, captions: bool = True) -> YouTubeSource:
    return YouTubeSource(
        clock,
        base_url=youtube.base_url,
        api_base_url=youtube.base_url,
        captions_url=f"{youtube.base_url}/captions" if captions else None,
        timeout=30,
    )


@pytest.fixture
async def source(youtube: StandIn, clock: ManualClock) -> AsyncIterator[YouTubeSource]:
    source = a_source(youtube, clock)
    yield source
    await source.close()
    youtube.forget()


async def _thumbnail(source: YouTubeSource) -> bytes:
    address = (await source.describe(VIDEO)).thumbnail_url
    assert address is not None
    return await source.thumbnail(address)


async def test_the_thumbnail_that_was_told_is_a_picture(source: YouTubeSource) -> None:
    assert Image.open(io.BytesIO(await _thumbnail(source))).size == (480, 360)


async def test_a_thumbnail_that_is_not_there(source: YouTubeSource, youtube: StandIn) -> None:
    youtube.set(VIDEO, thumbnail="gone")

    with pytest.raises(SourceNotFound, match="HTTP 404"):
        await _thumbnail(source)


async def test_a_server_of_thumbnails_that_wants_a_pause(source: YouTubeSource, youtube: StandIn) -> None:
    youtube.set(VIDEO, thumbnail="busy")

    with pytest.raises(SourceFailed) as failed:
        await _thumbnail(source)

    assert failed.value.retry_after == 1


async def test_what_stands_in_another_network_is_not_asked(youtube: StandIn, clock: ManualClock) -> None:
    """The same address, from a house whose operator did not name it."""
    elsewhere = YouTubeSource(clock)

    with pytest.raises(UnusableFile, match="do not ask"):
        await elsewhere.thumbnail(f"{youtube.base_url}/vi/{VIDEO}/hqdefault.jpg")

    await elsewhere.close()


async def test_captions_of_a_language(source: YouTubeSource, youtube: StandIn) -> None:
    youtube.set(VIDEO, captions={"en": SPOKEN})

    assert await source.captions(VIDEO, "en") == SPOKEN.encode()
    assert await source.captions(VIDEO, "fr") is None
    assert await source.captions("another_one", "en") is None


async def test_without_a_place_for_them_there_are_no_captions(youtube: StandIn, clock: ManualClock) -> None:
    youtube.set(VIDEO, captions={"en": SPOKEN})
    source = a_source(youtube, clock, captions=False)

    assert await source.captions(VIDEO, "en") is None

    await source.close()
    youtube.forget()


async def test_captions_that_are_too_long_are_refused(source: YouTubeSource, youtube: StandIn) -> None:
    youtube.set(VIDEO, captions={"en": SPOKEN * 20_000})

    with pytest.raises(UnusableFile, match="larger than"):
        await source.captions(VIDEO, "en")
