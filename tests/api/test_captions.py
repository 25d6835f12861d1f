"""Captions over HTTP: brought as files, listed with the video, and read as WebVTT."""

import httpx2
import pytest

from killrvideo.domain.captions import LARGEST
from tests.api.town import Person, Town

FILE = b"""\xef\xbb\xbfWEBVTT

STYLE
::cue { color: red }

1
00:01.000 --> 00:02.500 align:start
<v Ann>It rains &amp; pours.
"""
WRITTEN = "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nIt rains &amp; pours.\n"
SUBRIP = b"1\r\n00:00:01,000 --> 00:00:02,500\r\nIt rains & pours.\r\n"
VTT = {"Content-Type": "text/vtt"}


async def put(
    town: Town, by: Person, video: str, data: bytes = FILE, language: str = "en", **headers: str
) -> httpx2.Response:
    return await town.client.put(
        f"/api/v1/videos/{video}/captions/{language}", content=data, headers={**VTT, **by.headers, **headers}
    )


async def test_a_file_is_kept_listed_and_read_again(town: Town) -> None:
    owner = await town.person()
    video = await town.video(owner)
    assert (await town.ask("GET", f"/videos/{video}")).json()["captions"] is None
    answer = await town.client.put(
        f"/api/v1/videos/{video}/captions/pt-br?label=Brasil", content=FILE, headers={**VTT, **owner.headers}
    )
    assert answer.status_code == 200
    url = f"/api/v1/videos/{video}/captions/pt-BR"
    track = answer.json()
    assert (track["language"], track["label"], track["url"], track["updatedAt"]) == (
        "pt-BR",
        "Brasil",
        url,
        None,
    )
    assert (await town.ask("GET", f"/videos/{video}/captions")).json() == [track]
    linked = {name: track[name] for name in ("language", "label", "url", "automatic")}
    assert track["automatic"] is False
    assert (await town.ask("GET", f"/videos/{video}")).json()["captions"] == [linked]
    read = await town.client.get(url)
    assert (read.text, read.headers["etag"]) == (WRITTEN, '"1"')
    assert read.headers["content-type"].startswith("text/vtt")


async def test_subrip_becomes_webvtt(town: Town) -> None:
    owner = await town.person()
    video = await town.video(owner)
    await put(town, owner, video, SUBRIP)
    assert (await town.ask("GET", f"/videos/{video}/captions/en")).text == WRITTEN


async def test_what_somebody_else_has_put_is_not_overwritten(town: Town) -> None:
    owner = await town.person()
    video = await town.video(owner)
    path = f"/videos/{video}/captions/en"
    first = await put(town, owner, video)
    assert first.headers["etag"] == '"1"'
    stale = await put(town, owner, video, SUBRIP.replace(b"pours", b"snows"), **{"If-Match": '"7"'})
    assert stale.status_code == 412
    later = await put(town, owner, video, SUBRIP.replace(b"pours", b"snows"), **{"If-Match": '"1"'})
    assert later.headers["etag"] == '"2"'
    assert (await town.ask("DELETE", path, owner, headers={"If-Match": '"1"'})).status_code == 412
    assert (await town.ask("DELETE", path, owner)).status_code == 204
    gone = await town.ask("GET", path)
    assert (gone.status_code, gone.json()["code"]) == (404, "captions_not_found")
    assert (await town.ask("GET", f"/videos/{video}/captions")).json() == []


@pytest.mark.parametrize(
    ("data", "language", "says"),
    [
        (b"<script>alert(1)</script>", "en", "begins with WEBVTT"),
        (FILE.replace(b"02.500", b"00.500"), "en", "Line 7"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n\xff", "en", "UTF-8"),
        (b"WEBVTT\n\n" + b" " * LARGEST, "en", "512 KiB"),
        (FILE, "english", "language"),
        (FILE, "e-", "language"),
    ],
    ids=["html", "backwards", "bytes", "large", "no language", "half a language"],
)
async def test_what_is_no_captions_is_refused_in_a_sentence(
    town: Town, data: bytes, language: str, says: str
) -> None:
    owner = await town.person()
    video = await town.video(owner)
    answer = await town.client.put(
        f"/api/v1/videos/{video}/captions/{language}", content=data, headers={**VTT, **owner.headers}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_captions")
    assert says in answer.json()["detail"]
    assert (await town.ask("GET", f"/videos/{video}/captions")).json() == []


async def test_a_body_that_is_no_file_is_refused(town: Town) -> None:
    owner = await town.person()
    video = await town.video(owner)
    path = f"/videos/{video}/captions/en"
    assert (await town.ask("PUT", path, owner, json={"text": "WEBVTT"})).status_code == 422
    assert (await town.ask("PUT", path, owner)).status_code == 422
    whole = await town.client.put(
        f"/api/v1{path}", content=b" " * 2_000_000, headers={**VTT, **owner.headers}
    )
    assert whole.status_code == 413


async def test_they_are_part_of_ones_archive(town: Town) -> None:
    owner = await town.person()
    video = await town.video(owner)
    await put(town, owner, video)
    await town.ask("DELETE", f"/videos/{video}", owner)
    [captions] = (await town.ask("GET", "/users/me/export", owner)).json()["captions"]
    assert (captions["videoId"], captions["language"], captions["text"]) == (video, "en", WRITTEN)
