"""YouTube is asked once, within bounds, and every way in which it can fail becomes one readable sentence."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from structlog.testing import capture_logs

from killrvideo.adapters.youtube import YouTubeSource
from killrvideo.adapters.youtube.fetching import LARGEST
from killrvideo.domain.errors import SourceFailed, SourceNotFound
from killrvideo.domain.videos import clean_description, clean_tags, clean_title
from tests.holding_still import ManualClock
from tests.stand_ins.youtube import StandIn, youtube_stand_in

VIDEO = "dQw4w9WgXcQ"
KEY = "AIza-private-key"

OEMBED = {
    "title": "Rick Astley - Never Gonna Give You Up (Official Video)",
    "author_name": "Rick Astley",
    "type": "video",
    "version": "1.0",
    "provider_name": "YouTube",
    "thumbnail_height": 360,
    "thumbnail_width": 480,
    "thumbnail_url": f"https://i.ytimg.com/vi/{VIDEO}/hqdefault.jpg",
}
VIDEO_LIST: dict[str, Any] = {
    "kind": "youtube#videoListResponse",
    "items": [
        {
            "id": VIDEO,
            "snippet": {
                "title": "Rick Astley - Never Gonna Give You Up (Official Video)",
                "description": "The official video.\n\nSubscribe!",
                "tags": ["rick astley", "Rick Astley", "80s"],
                "thumbnails": {
                    "default": {"url": "https://i.ytimg.com/d.jpg", "width": 120, "height": 90},
                    "maxres": {"url": "https://i.ytimg.com/m.jpg", "width": 1280, "height": 720},
                    "high": {"url": "https://i.ytimg.com/h.jpg", "width": 480, "height": 360},
                },
            },
            "contentDetails": {"duration": "PT3M33S"},
            "status": {"embeddable": True},
        }
    ],
}

Answering = Callable[[httpx2.Request], httpx2.Response]
Asking = Callable[..., YouTubeSource]


@pytest.fixture
async def asking(clock: ManualClock) -> AsyncIterator[Asking]:
    """Sources whose questions are answered by a function."""
    opened: list[YouTubeSource] = []

    def asking(answer: Answering, key: str | None = None) -> YouTubeSource:
        opened.append(YouTubeSource(clock, api_key=key, transport=httpx2.MockTransport(answer)))
        return opened[-1]

    yield asking
    for source in opened:
        await source.close()


def always(status: int, **told: Any) -> Answering:
    return lambda request: httpx2.Response(status, **told)


async def test_without_a_key_oembed_tells_title_and_thumbnail(asking: Asking) -> None:
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200, json=OEMBED)

    metadata = await asking(answer).describe(VIDEO)

    assert metadata.title == OEMBED["title"]
    assert metadata.thumbnail_url == OEMBED["thumbnail_url"]
    assert (metadata.description, metadata.duration_seconds, metadata.tags) == (None, None, ())
    assert [request.url.host for request in asked] == ["www.youtube.com"]
    assert asked[0].url.params["url"] == f"https://www.youtube.com/watch?v={VIDEO}"


async def test_with_a_key_the_data_api_tells_everything(asking: Asking) -> None:
    metadata = await asking(always(200, json=VIDEO_LIST), KEY).describe(VIDEO)

    assert metadata.title == OEMBED["title"]
    assert metadata.description == "The official video.\n\nSubscribe!"
    assert metadata.thumbnail_url == "https://i.ytimg.com/m.jpg"
    assert metadata.duration_seconds == 213
    assert metadata.tags == ("rick astley", "80s")


@pytest.mark.parametrize(
    ("status", "said"),
    [(400, "no public video"), (401, "does not allow"), (403, "private"), (404, "no public video")],
)
async def test_what_is_not_public_is_not_found(asking: Asking, status: int, said: str) -> None:
    with pytest.raises(SourceNotFound, match=said) as refused:
        await asking(always(status)).describe(VIDEO)

    assert VIDEO in refused.value.detail


async def test_an_empty_list_means_not_found(asking: Asking) -> None:
    with pytest.raises(SourceNotFound, match="no public video"):
        await asking(always(200, json={"items": []}), KEY).describe(VIDEO)


async def test_what_may_not_be_embedded_is_not_found(asking: Asking) -> None:
    item = {**VIDEO_LIST["items"][0], "status": {"embeddable": False}}

    with pytest.raises(SourceNotFound, match="does not allow"):
        await asking(always(200, json={"items": [item]}), KEY).describe(VIDEO)


def _no_connection(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("[Errno 111] Connection refused")


def _too_late(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ReadTimeout("")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (always(500), "HTTP 500"),
        (always(503), "HTTP 503"),
        (always(429), "fewer requests"),
        (always(418), "HTTP 418"),
        (always(302, headers={"Location": "https://consent.youtube.com/"}), "somewhere else"),
        (always(200, content=b"<!DOCTYPE html>"), "cannot be read"),
        (always(200, content=b'{"title": 7}'), "cannot be read"),
        (always(200, content=b'{"title": "\\ud800"}'), "cannot be read"),
        (always(200, content=b"[" * 100_000), "cannot be read"),
        (always(200, content=b" " * (LARGEST + 1)), "far too large"),
        (always(200, headers={"Content-Encoding": "gzip"}, content=b"not gzip"), "cannot be reached"),
        (_no_connection, "cannot be reached"),
        (_too_late, "too long"),
    ],
)
async def test_every_other_failure_is_worth_another_try(asking: Asking, answer: Answering, said: str) -> None:
    with pytest.raises(SourceFailed, match=said) as failed:
        await asking(answer).describe(VIDEO)

    assert failed.value.detail.endswith(".")


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("999999999", 24 * 3600),
        ("in_90_seconds", 90),
        ("an_hour_ago", 0),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
async def test_retry_after_is_understood(
    asking: Asking, clock: ManualClock, status: int, header: str | None, seconds: float | None
) -> None:
    dates = {"in_90_seconds": timedelta(seconds=90), "an_hour_ago": timedelta(hours=-1)}
    if header in dates:
        header = format_datetime(clock.now() + dates[header], usegmt=True)
    headers = {} if header is None else {"Retry-After": header}

    with pytest.raises(SourceFailed) as failed:
        await asking(always(status, headers=headers)).describe(VIDEO)

    assert failed.value.retry_after == seconds


async def test_a_dropped_connection_is_tried_once_more(asking: Asking) -> None:
    dropping = iter([True, False])

    def answer(request: httpx2.Request) -> httpx2.Response:
        if next(dropping):
            raise httpx2.RemoteProtocolError("Server disconnected without sending a response.")
        return httpx2.Response(200, json=OEMBED)

    assert (await asking(answer).describe(VIDEO)).title == OEMBED["title"]


async def test_a_connection_that_keeps_dropping_is_a_failure(asking: Asking) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ReadError("Connection reset by peer")

    with pytest.raises(SourceFailed, match="cannot be reached"):
        await asking(answer).describe(VIDEO)


@pytest.mark.parametrize(
    "api_answer",
    [
        always(403, json={"error": {"errors": [{"reason": "quotaExceeded"}]}}),
        always(400, json={"error": {"message": "API key not valid."}}),
        always(500),
        always(200, content=b"oops"),
        _no_connection,
    ],
)
async def test_when_the_data_api_fails_oembed_answers_alone(asking: Asking, api_answer: Answering) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.host == "www.googleapis.com":
            return api_answer(request)
        return httpx2.Response(200, json=OEMBED)

    with capture_logs() as lines:
        metadata = await asking(answer, KEY).describe(VIDEO)

    assert metadata.title == OEMBED["title"]
    assert metadata.duration_seconds is None
    assert [line["event"] for line in lines] == ["youtube_data_api_failed"]


async def test_oembed_has_time_left_when_the_data_api_is_slow(clock: ManualClock) -> None:
    async def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.host == "www.googleapis.com":
            await asyncio.Event().wait()
        return httpx2.Response(200, json=OEMBED)

    source = YouTubeSource(clock, api_key=KEY, timeout=0.4, transport=httpx2.MockTransport(answer))

    assert (await source.describe(VIDEO)).title == OEMBED["title"]

    await source.close()


@pytest.mark.parametrize("failing", [always(500), always(200, content=b"oops"), _no_connection, _too_late])
async def test_the_key_is_never_told(
    asking: Asking, failing: Answering, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    with capture_logs() as lines, pytest.raises(SourceFailed) as failed:
        await asking(failing, KEY).describe(VIDEO)

    assert lines
    assert KEY not in f"{failed.value!r} {failed.value.__cause__!r} {lines} {caplog.text}"


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  A title\n on\ttwo\x00 lines ", "A title on two lines"),
        ("Hi", "YouTube video Hi"),
        ("\u200b" * 2, "YouTube video \u200b\u200b"),
        ("\x01", f"YouTube video {VIDEO}"),
        ("", f"YouTube video {VIDEO}"),
        ("👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"),
        ("x" * 150, "x" * 150),
        ("x" * 151, "x" * 149 + "…"),
        ("x" * 148 + "  yz", "x" * 148 + "…"),
    ],
)
async def test_titles_are_made_acceptable(asking: Asking, raw: str, kept: str) -> None:
    metadata = await asking(always(200, json={"title": raw})).describe(VIDEO)

    assert metadata.title == kept
    assert clean_title(metadata.title) == kept


async def test_descriptions_and_tags_are_made_acceptable(asking: Asking) -> None:
    snippet = {
        "title": "Something",
        "description": "\x00  first \r\nsecond\x07\r\n" + "long " * 2000,
        "tags": ["t" * 51, " ", "two\nlines", *(f"tag {number}" for number in range(40))],
    }
    metadata = await asking(always(200, json={"items": [{"snippet": snippet}]}), KEY).describe(VIDEO)

    assert metadata.description is not None
    assert metadata.description.startswith("first\nsecond\nlong long")
    assert clean_description(metadata.description) == metadata.description
    assert metadata.tags[:2] == ("two lines", "tag 0")
    assert len(metadata.tags) == 30
    assert clean_tags(metadata.tags) == metadata.tags


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        ("PT3M33S", 213),
        ("PT1H", 3600),
        ("P1DT2H3M4S", 93784),
        ("P1W", 604_800),
        ("P0D", None),
        ("PT0S", None),
        ("3:33", None),
        ("", None),
        ("PT" + "9" * 30 + "S", None),
    ],
)
async def test_durations_are_read(asking: Asking, duration: str, seconds: int | None) -> None:
    item = {"snippet": {"title": "Something"}, "contentDetails": {"duration": duration}}
    metadata = await asking(always(200, json={"items": [item]}), KEY).describe(VIDEO)

    assert metadata.duration_seconds == seconds


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "https://i.ytimg.com/" + "x" * 3000, "https://a b/"]
)
async def test_a_thumbnail_that_is_no_web_address_is_left_out(asking: Asking, address: str) -> None:
    answer = always(200, json={"title": "Something", "thumbnail_url": address})

    assert (await asking(answer).describe(VIDEO)).thumbnail_url is None


# Over a real connection, with the stand-in.


@pytest.fixture(scope="module")
def youtube() -> Iterator[StandIn]:
    with youtube_stand_in() as stand_in:
        yield stand_in


@pytest.fixture
async def source(youtube: StandIn, clock: ManualClock) -> AsyncIterator[YouTubeSource]:
    source = YouTubeSource(clock, base_url=youtube.base_url, api_base_url=youtube.base_url)
    yield source
    await source.close()
    youtube.forget()


@pytest.fixture
async def source_with_key(youtube: StandIn, clock: ManualClock) -> AsyncIterator[YouTubeSource]:
    source = YouTubeSource(clock, base_url=youtube.base_url, api_base_url=youtube.base_url, api_key=KEY)
    yield source
    await source.close()
    youtube.forget()


async def test_the_stand_in_tells_like_youtube(source: YouTubeSource, source_with_key: YouTubeSource) -> None:
    plain = await source.describe(VIDEO)
    full = await source_with_key.describe(VIDEO)

    assert plain.title == full.title == f"Stand-in video {VIDEO}"
    assert (plain.duration_seconds, full.duration_seconds) == (None, 205)
    assert urlsplit(full.thumbnail_url or "").path == f"/vi/{VIDEO}/maxresdefault.jpg"


@pytest.mark.parametrize("video", ["GONE_000000", "PRIV_000000", "NOEM_000000"])
async def test_with_and_without_a_key_the_same_is_not_found(
    source: YouTubeSource, source_with_key: YouTubeSource, video: str
) -> None:
    with pytest.raises(SourceNotFound):
        await source.describe(video)
    with pytest.raises(SourceNotFound):
        await source_with_key.describe(video)


@pytest.mark.parametrize("video", ["FAIL_000000", "JUNK_000000", "HUGE_000000"])
async def test_trouble_over_a_connection_is_a_failure(source_with_key: YouTubeSource, video: str) -> None:
    with pytest.raises(SourceFailed):
        await source_with_key.describe(video)


async def test_who_slows_down_when_asked_is_answered(source: YouTubeSource) -> None:
    with pytest.raises(SourceFailed) as failed:
        await source.describe("BUSY_000000")

    assert failed.value.retry_after == 1
    assert (await source.describe("BUSY_000000")).title == "Stand-in video BUSY_000000"


async def test_a_slow_answer_is_not_waited_for(youtube: StandIn, clock: ManualClock) -> None:
    source = YouTubeSource(clock, base_url=youtube.base_url, timeout=0.05)

    with pytest.raises(SourceFailed, match=r"within 0\.05 seconds|too long"):
        await source.describe("SLOW_000000")

    await source.close()


async def test_a_spent_quota_leaves_the_title(youtube: StandIn, source_with_key: YouTubeSource) -> None:
    youtube.quota_spent = True

    metadata = await source_with_key.describe(VIDEO)

    assert metadata.title == f"Stand-in video {VIDEO}"
    assert metadata.duration_seconds is None


async def test_a_closed_source_can_be_asked_again(source: YouTubeSource) -> None:
    await source.describe(VIDEO)
    await source.close()
    await source.close()

    assert (await source.describe(VIDEO)).title == f"Stand-in video {VIDEO}"


async def test_nobody_listening_is_a_failure(clock: ManualClock, free_tcp_port: int) -> None:
    source = YouTubeSource(clock, base_url=f"http://127.0.0.1:{free_tcp_port}")

    with pytest.raises(SourceFailed, match="cannot be reached"):
        await source.describe(VIDEO)

    await source.close()
