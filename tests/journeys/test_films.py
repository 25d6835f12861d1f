"""A film's way from somebody's disk to everybody's screen, and out of the world again."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import av
import pytest

from killrvideo.domain.access import Role
from tests.api.town import API, ORIGIN, Person, Town, town_in
from tests.backends import CASSANDRA, SQLITE, EmptiedSession, SharedStorage
from tests.builders.blobs import keys
from tests.clips import Clips
from tests.holding_still import CountingIds, ManualClock
from tests.stand_ins.s3 import CREDENTIALS, S3Server

TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = 300_000
FOLDER, BUCKET = "folder", "bucket"


@pytest.fixture(params=[(SQLITE, FOLDER), (SQLITE, BUCKET), (CASSANDRA, BUCKET)], ids="-".join)
def places(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Where rows are kept, and where files."""
    return request.param


@pytest.fixture
def backend(places: tuple[str, str]) -> str:
    return places[0]


@pytest.fixture
async def town(
    tmp_path: Path,
    clock: ManualClock,
    ids: CountingIds,
    cassandra: EmptiedSession | None,
    places: tuple[str, str],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Town]:
    options: dict[str, object] = {}
    if places[1] == BUCKET:
        server: S3Server = request.getfixturevalue("s3")
        options = {
            "media_url": f"s3://{server.new_bucket()}/site",
            "media_endpoint": server.address,
            "media_plain_http": True,
        }
        for name, value in CREDENTIALS.items():
            monkeypatch.setenv(name, value)
    storage = None if cassandra is None else SharedStorage(cassandra, clock, ids)
    async with town_in(tmp_path, clock, ids, storage, **options) as town:
        yield town
    if cassandra is not None:
        await cassandra.empty()


async def send(town: Town, by: Person, data: bytes) -> str:
    """The id of the video that a file becomes."""
    headers = {**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": "title QSBmaWxt"}
    begun = await town.ask("POST", "/uploads", by, headers=headers)
    assert begun.status_code == 201, begun.text
    place = begun.headers["Location"].removeprefix(API)
    for offset in range(0, len(data), CHUNK):
        headers = {**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        chunk = data[offset : offset + CHUNK]
        sent = await town.client.patch(API + place, content=chunk, headers={**by.headers, **headers})
        assert sent.status_code == 204, sent.text
    return str(place.rpartition("/")[2])


async def text_at(town: Town, path: str) -> str:
    answer = await town.ask("GET", path)
    assert answer.status_code == 200, (path, answer.text)
    return str(answer.text)


async def stream_at(town: Town, playlist: str) -> bytes:
    """Everything that a media playlist names, in one piece."""
    text = await text_at(town, playlist)
    [opening] = re.findall(r'#EXT-X-MAP:URI="([^"]+)"', text)
    names = [opening, *(line for line in text.splitlines() if line and not line.startswith("#"))]
    folder = playlist.rpartition("/")[0]
    answers = [await town.ask("GET", f"{folder}/{name}") for name in names]
    assert {answer.status_code for answer in answers} == {200}
    return b"".join(answer.content for answer in answers)


def pictures_in(stream: bytes, file: Path) -> int:
    file.write_bytes(stream)
    with av.open(str(file)) as container:
        return sum(1 for _ in container.decode(video=0))


async def test_a_film_is_sent_made_ready_watched_and_gone(town: Town, clips: Clips, tmp_path: Path) -> None:
    creator = await town.person(Role.CREATOR)
    video_id = await send(town, creator, clips.plain().read_bytes())
    assert (await town.ask("GET", f"/videos/{video_id}")).status_code == 404  # Nobody else's business yet.

    await town.settle()

    status = (await town.ask("GET", f"/videos/{video_id}/status", creator)).json()
    assert (status["status"], status["progress"]) == ("READY", 100), status
    assert {step["state"] for step in status["steps"]} == {"done"}
    video = (await town.ask("GET", f"/videos/{video_id}")).json()
    assert (video["title"], video["durationSeconds"], video["captions"]) == ("A film", 6, None)
    assert (await town.client.get(video["thumbnailUrl"])).headers["content-type"] == "image/jpeg"

    master = await text_at(town, f"/videos/{video_id}/stream.m3u8")
    playlists = [line for line in master.splitlines() if line.endswith(".m3u8")]
    assert sorted(line.rpartition("/")[2] for line in playlists) == ["240p.m3u8", "360p.m3u8"]
    streams = [await stream_at(town, f"/videos/{video_id}/{playlist}") for playlist in playlists]
    assert {pictures_in(stream, tmp_path / "stream.mp4") for stream in streams} == {150}
    [sound] = re.findall(r'TYPE=AUDIO.*URI="([^"]+)"', master)
    assert await stream_at(town, f"/videos/{video_id}/{sound}")

    assert (await town.ask("DELETE", f"/videos/{video_id}", creator)).status_code == 204
    assert (await town.ask("GET", f"/videos/{video_id}/stream.m3u8")).status_code == 404
    assert (await town.ask("GET", f"/videos/{video_id}/{playlists[0]}")).status_code == 404
    await town.settle()
    await purge(town)
    assert await keys(town.house.foundations.blobs) == []


async def purge(town: Town) -> None:
    """Lets time go by until what was deleted is removed for good."""
    town.clock.advance(timedelta(days=400))
    await town.house.application.purge.run(ORIGIN)
    await town.settle()
