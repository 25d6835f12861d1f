"""Streams over HTTP: what a player reads, to whom it is given, and how soon it is gone."""

import asyncio

import httpx2
import pytest

from killrvideo.api.app import create_app
from killrvideo.domain.access import Role
from killrvideo.domain.removals import Cause
from killrvideo.domain.videos import VideoStatus
from tests.api.targets import account_of
from tests.api.town import API, Person, Town
from tests.builders.captions import keep_captions, some_captions, webvtt
from tests.builders.keeping import change, hide, present
from tests.builders.media import RUN, SEGMENT, Watched, an_uploaded_video, keep_stream

PLAYLIST = "application/vnd.apple.mpegurl"


async def a_stream(town: Town, owner: Person, status: VideoStatus = VideoStatus.READY) -> Watched:
    """With captions in English."""
    video = an_uploaded_video(account_of(owner), status=status)
    watched = await keep_stream(town.house.storage, town.house.foundations.blobs, video)
    await keep_captions(town.house.storage, video, some_captions(video))
    return watched


async def test_a_player_finds_everything_from_the_video_on(town: Town) -> None:
    watched = await a_stream(town, await town.person())
    told = (await town.ask("GET", f"/videos/{watched.video.id}")).json()

    assert told["location"] == told["streams"]["hls"] == f"{API}{watched.path}.m3u8"
    assert (told["streams"]["width"], told["streams"]["height"]) == (640, 360)
    assert told["streams"]["storyboard"] == f"{API}{watched.path}/{RUN}/storyboard.vtt"
    master = await town.client.get(told["streams"]["hls"])
    assert master.text.splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="Sound",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",'
        'URI="stream/r1/sound.m3u8"',
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="English",LANGUAGE="en",DEFAULT=NO,'
        'AUTOSELECT=YES,FORCED=NO,URI="stream/captions/en.m3u8"',
        '#EXT-X-STREAM-INF:BANDWIDTH=1210000,AVERAGE-BANDWIDTH=848000,CODECS="avc1.64001e,mp4a.40.2",'
        'RESOLUTION=640x360,FRAME-RATE=29.970,AUDIO="sound",SUBTITLES="subtitles",CLOSED-CAPTIONS=NONE',
        "stream/r1/360p.m3u8",
        '#EXT-X-STREAM-INF:BANDWIDTH=850000,AVERAGE-BANDWIDTH=608000,CODECS="avc1.64001e,mp4a.40.2",'
        'RESOLUTION=426x240,FRAME-RATE=29.970,AUDIO="sound",SUBTITLES="subtitles",CLOSED-CAPTIONS=NONE',
        "stream/r1/240p.m3u8",
    ]


async def test_each_file_says_what_it_is(town: Town) -> None:
    watched = await a_stream(town, await town.person())

    kinds = {}
    for path in watched.everything:
        answer = await town.ask("GET", path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache"), path
        kinds[path.rpartition("/")[2]] = answer.headers["content-type"].partition(";")[0]
    assert kinds == {
        "stream.m3u8": PLAYLIST,
        "en.m3u8": PLAYLIST,
        "en.vtt": "text/vtt",
        "360p.m3u8": PLAYLIST,
        "sound.m3u8": PLAYLIST,
        "360p-init.mp4": "video/mp4",
        "sound-00000.m4s": "audio/mp4",
        "sheet-0.jpg": "image/jpeg",
        "storyboard.vtt": "text/vtt",
        "00000-360p-00001.m4s": "video/mp4",
    }


async def test_subtitles_are_one_segment_as_long_as_the_film(town: Town) -> None:
    watched = await a_stream(town, await town.person())

    playlist = (await town.ask("GET", f"{watched.path}/captions/en.m3u8")).text
    segment = (await town.ask("GET", f"{watched.path}/captions/en.vtt")).text

    assert playlist.splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-TARGETDURATION:10",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXTINF:9.500,",
        "en.vtt",
        "#EXT-X-ENDLIST",
    ]
    assert segment == (
        "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n00:00:00.000 --> 00:00:04.000\nIt rains.\n"
    )
    for absent in ("de.m3u8", "de.vtt", "EN.vtt"):
        answer = await town.ask("GET", f"{watched.path}/captions/{absent}")
        assert (answer.status_code, answer.json()["code"]) == (404, "captions_not_found")


async def test_a_storyboard_names_the_part_of_a_sheet_for_each_moment(town: Town) -> None:
    watched = await a_stream(town, await town.person())

    told = (await town.ask("GET", f"{watched.path}/{RUN}/storyboard.vtt")).text

    assert told.split("\n\n") == [
        "WEBVTT",
        "00:00:00.000 --> 00:00:02.000\nsheet-0.jpg#xywh=0,0,160,90",
        "00:00:02.000 --> 00:00:04.000\nsheet-0.jpg#xywh=160,0,160,90",
        "00:00:04.000 --> 00:00:06.000\nsheet-0.jpg#xywh=0,90,160,90",
        "00:00:06.000 --> 00:00:08.000\nsheet-0.jpg#xywh=160,90,160,90",
        "00:00:08.000 --> 00:00:10.000\nsheet-1.jpg#xywh=0,0,160,90\n",
    ]
    other = await town.ask("GET", f"{watched.path}/another/storyboard.vtt")
    assert (other.status_code, other.json()["code"]) == (404, "stream_not_found")


async def test_whoever_has_a_file_is_told_so(town: Town) -> None:
    watched = await a_stream(town, await town.person())

    for path in watched.everything:
        whole = await town.ask("GET", path)
        head = await town.ask("HEAD", path)
        again = await town.ask("GET", path, headers={"If-None-Match": f'"x", W/{whole.headers["etag"]}'})
        other = await town.ask("GET", path, headers={"If-None-Match": '"x"'})
        wrong = await town.ask("GET", path, headers={"If-Match": '"x"'})
        assert (head.status_code, head.content) == (200, b"")
        for name in ("etag", "content-type", "content-length", "cache-control"):
            assert head.headers[name] == whole.headers[name]
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == whole.headers["etag"]
        assert (other.status_code, other.content) == (200, whole.content)
        assert (wrong.status_code, wrong.json()["code"]) == (412, "stale_version")


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("Bytes=2000-", 2000, 2048),
        ("bytes=2000-99999999999999999999999999", 2000, 2048),
        ("bytes=-48", 2000, 2048),
        ("bytes=-5000", 0, 2048),
    ],
)
async def test_a_part_of_a_file_can_be_asked_for(town: Town, wanted: str, start: int, end: int) -> None:
    watched = await a_stream(town, await town.person())

    part = await town.ask("GET", watched.segment, headers={"Range": wanted})

    assert (part.status_code, part.content) == (206, SEGMENT[start:end])
    assert part.headers["content-range"] == f"bytes {start}-{end - 1}/2048"
    assert part.headers["content-length"] == str(end - start)
    head = await town.ask("HEAD", watched.segment, headers={"Range": wanted})
    assert (head.status_code, head.headers["content-length"]) == (200, "2048")


@pytest.mark.parametrize("wanted", ["bytes=2048-", "bytes=99999999999999999999999999-", "bytes=-0"])
async def test_a_part_behind_the_end_is_refused(town: Town, wanted: str) -> None:
    watched = await a_stream(town, await town.person())

    answer = await town.ask("GET", watched.segment, headers={"Range": wanted})

    assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")
    assert answer.headers["content-range"] == "bytes */2048"


@pytest.mark.parametrize(
    "wanted", ["bytes=5-2", "bytes=-", "bytes=1-2,5-9", "items=0-1", "bytes", "bytes=a-b", "bytes=1-2-3"]
)
async def test_what_is_no_single_part_is_answered_with_the_whole(town: Town, wanted: str) -> None:
    watched = await a_stream(town, await town.person())

    answer = await town.ask("GET", watched.segment, headers={"Range": wanted})

    assert (answer.status_code, answer.content) == (200, SEGMENT)


async def test_a_part_is_only_sent_of_the_file_that_one_has(town: Town) -> None:
    watched = await a_stream(town, await town.person())
    etag = (await town.ask("HEAD", watched.segment)).headers["etag"]

    async def part(if_range: str) -> int:
        headers = {"Range": "bytes=0-9", "If-Range": if_range}
        return (await town.ask("GET", watched.segment, headers=headers)).status_code

    assert await part(etag) == 206
    assert [await part(other) for other in ('"x"', f"W/{etag}", "Mon, 23 Nov 2026 10:00:00 GMT")] == [200] * 3


@pytest.mark.parametrize("how", ["deleted", "removed", "suspended", "erased"])
async def test_what_is_gone_is_gone_at_once_for_whoever_has_it_too(town: Town, how: str) -> None:
    owner, admin = await town.person(), await town.person(Role.ADMIN)
    watched = await a_stream(town, owner)
    tags = {path: (await town.ask("GET", path)).headers["etag"] for path in watched.everything}

    match how:
        case "deleted":
            gone = await town.ask("DELETE", f"/videos/{watched.video.id}", owner)
        case "removed":
            gone = await town.ask("DELETE", f"/videos/{watched.video.id}", admin)
        case "suspended":
            body = {"reason": "Spam", "hideContent": True}
            gone = await town.ask("POST", f"/moderation/users/{owner.id}/suspend", admin, json=body)
        case _:
            gone = await town.ask("DELETE", "/users/me", owner)

    assert gone.is_success, gone.text
    await town.settle()
    for path, tag in tags.items():
        for headers in ({}, {"If-None-Match": tag}, {"Range": "bytes=0-9"}, {"If-None-Match": "*"}):
            for method in ("GET", "HEAD"):
                for reader in (Person(), owner):
                    answer = await town.ask(method, path, reader, headers=headers)
                    assert answer.status_code == 404, (path, headers, method)
                    assert "etag" not in answer.headers
    assert (await town.ask("GET", watched.segment, admin)).status_code == 200


async def test_what_is_not_ready_is_for_its_owner_and_moderators(town: Town) -> None:
    owner, moderator = await town.person(), await town.person(Role.MODERATOR)
    watched = await a_stream(town, owner, VideoStatus.PROCESSING)
    readers = [Person(), await town.person(), owner, moderator]

    for path in watched.everything:
        answers = [(await town.ask("GET", path, reader)).status_code for reader in readers]
        assert answers == [404, 404, 200, 200], path


async def test_it_shows_again_when_it_is_restored(town: Town) -> None:
    owner = await town.person()
    watched = await a_stream(town, owner)
    await town.ask("DELETE", f"/videos/{watched.video.id}", owner)
    await town.ask("POST", f"/videos/{watched.video.id}/restore", owner)

    assert (await town.ask("GET", watched.segment)).content == SEGMENT


@pytest.mark.parametrize(
    "path",
    [
        "r1/notes.json",
        "r1/storyboard.png",
        "r1/720p.m3u8",
        "r1/.m3u8",
        "r1/a..m3u8",
        "r1/groups/00000.json",
        "r1/..%2Fr1%2F360p.m3u8",
        "..%2Fr1/360p.m3u8",
        "%2e%2e/360p.m3u8",
        "r1/360p.m3u8%00",
        "r2/360p.m3u8",
        "r1/%5C360p.m3u8",
        f"{'r' * 65}/360p.m3u8",
    ],
)
async def test_nothing_else_of_the_folder_is_given_out(town: Town, path: str) -> None:
    owner = await town.person(Role.ADMIN)
    watched = await a_stream(town, owner)
    blobs = town.house.foundations.blobs
    await blobs.put(f"{watched.media.prefix}/notes.json", b"{}")
    await blobs.put(f"{watched.media.prefix}/groups/00000.json", b"{}")

    answer = await town.ask("GET", f"{watched.path}/{path}", owner)

    assert answer.status_code in {404, 422}, answer.text


async def test_a_video_of_youtube_has_no_stream_of_ours(town: Town) -> None:
    owner = await town.person()
    video = await town.video(owner)

    told = (await town.ask("GET", f"/videos/{video}")).json()
    answer = await town.ask("GET", f"/videos/{video}/stream.m3u8")

    assert told["streams"] is None
    assert (answer.status_code, answer.json()["code"]) == (404, "stream_not_found")


async def test_a_stream_of_sound_alone_has_one_quality(town: Town) -> None:
    video = an_uploaded_video(account_of(await town.person()))
    watched = await keep_stream(town.house.storage, town.house.foundations.blobs, video, renditions=())

    told = (await town.ask("GET", f"/videos/{video.id}")).json()["streams"]
    master = (await town.ask("GET", f"{watched.path}.m3u8")).text

    assert (told["width"], told["height"]) == (0, 0)
    assert master.splitlines()[3:] == [
        '#EXT-X-STREAM-INF:BANDWIDTH=130000,AVERAGE-BANDWIDTH=128000,CODECS="mp4a.40.2",CLOSED-CAPTIONS=NONE',
        "stream/r1/sound.m3u8",
    ]


async def test_labels_cannot_break_the_playlist(town: Town) -> None:
    owner = await town.person()
    watched = await a_stream(town, owner)
    for language in ("de", "fr"):
        path = f"/videos/{watched.video.id}/captions/{language}?label=A%20%22b%22,%0A%23EXT"
        assert (await town.put_file(path, owner, webvtt("Es regnet."))).is_success

    master = (await town.ask("GET", f"{watched.path}.m3u8")).text

    lines = [line for line in master.splitlines() if "TYPE=SUBTITLES" in line]
    assert [line.partition("NAME=")[2].partition(",LANG")[0] for line in lines] == [
        "\"A 'b', #EXT (de)\"",
        '"English"',
        "\"A 'b', #EXT (fr)\"",
    ]


async def test_pages_of_other_origins_may_play_where_that_is_set(town: Town) -> None:
    watched = await a_stream(town, await town.person())
    origin = "https://player.example"
    app = create_app(town.house.application, town.house.cursors, allowed_origins=[origin])
    headers = {"Origin": origin, "Range": "bytes=0-9"}

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://town") as client:
        allowed = await client.get(API + watched.segment, headers=headers)
    elsewhere = await town.ask("GET", watched.segment, headers=headers)

    assert allowed.headers["access-control-allow-origin"] == origin
    assert {"ETag", "Content-Range"} <= set(allowed.headers["access-control-expose-headers"].split(", "))
    assert "access-control-allow-origin" not in elsewhere.headers


async def test_many_read_at_once_and_get_their_own_parts(town: Town) -> None:
    watched = await a_stream(town, await town.person())

    async def part(start: int) -> bytes:
        headers = {"Range": f"bytes={start}-{start + 63}"}
        return (await town.ask("GET", watched.segment, headers=headers)).content

    assert b"".join(await asyncio.gather(*map(part, range(0, 2048, 64)))) == SEGMENT


async def test_a_video_that_comes_back_into_processing_is_hidden(town: Town) -> None:
    watched = await a_stream(town, await town.person())
    video = await present(town.house.storage, watched.video.id)
    await change(town.house.storage, video.changed(video.submitted_at, status=VideoStatus.ERROR))

    assert (await town.ask("GET", watched.segment)).status_code == 404


async def test_hidden_by_any_cause_is_hidden(town: Town) -> None:
    for cause in (Cause.AUTHOR, Cause.MODERATION, Cause.ACCOUNT):
        watched = await a_stream(town, await town.person())
        assert (await town.ask("HEAD", watched.segment)).status_code == 200
        await hide(town.house.storage, watched.video, cause)
        assert (await town.ask("HEAD", watched.segment)).status_code == 404
