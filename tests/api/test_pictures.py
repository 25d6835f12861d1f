"""A video's thumbnail is fetched, made anew and served by us, to those alone who may see the video now."""

from typing import Any

import httpx2
import pytest
from PIL import Image

from killrvideo.domain.videos import thumbnail_address
from tests.api.town import NOBODY, Person, Town
from tests.builders.pictures import a_file, corners, opened, quarters

YOUTUBE_ID = "dQw4w9WgXcQ"
THEIRS = thumbnail_address(YOUTUBE_ID)


async def submitted(town: Town, owner: Person) -> str:
    """The id of a READY video whose thumbnail was looked for."""
    return await town.video(owner, youtubeUrl=f"https://youtu.be/{YOUTUBE_ID}")


async def shown(town: Town, video: str) -> str:
    """The address of its thumbnail."""
    return str((await town.ask("GET", f"/videos/{video}")).json()["thumbnailUrl"])


async def step(town: Town, owner: Person, video: str) -> dict[str, Any]:
    steps = (await town.ask("GET", f"/videos/{video}/status", owner)).json()["steps"]
    return next(dict(each) for each in steps if each["step"] == "thumbnail")


@pytest.fixture
async def owner(town: Town) -> Person:
    town.source.thumbnails[THEIRS] = a_file(quarters(1280, 720))
    return await town.person()


@pytest.fixture
async def video(town: Town, owner: Person) -> str:
    return await submitted(town, owner)


async def picture(town: Town, address: str, by: Person = NOBODY, **headers: str) -> httpx2.Response:
    return await town.client.get(address, headers={**by.headers, **headers})


async def test_the_thumbnail_is_served_by_us_everywhere(town: Town, video: str) -> None:
    address = await shown(town, video)
    assert address.startswith(f"/api/v1/videos/{video}/pictures/medium.jpg?v=")
    latest = (await town.ask("GET", "/videos/latest")).json()["data"]
    assert [each["thumbnailUrl"] for each in latest] == [address]

    answer = await picture(town, address)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (opened(answer.content).size, corners(opened(answer.content))) == (
        (640, 360),
        ["red", "green", "blue", "white"],
    )


@pytest.mark.parametrize(("name", "size"), [("small", (320, 180)), ("large", (1280, 720))])
async def test_other_sizes_stand_beside_it(town: Town, video: str, name: str, size: tuple[int, int]) -> None:
    answer = await picture(town, f"/api/v1/videos/{video}/pictures/{name}.jpg")

    assert opened(answer.content).size == size


async def test_nothing_is_told_of_where_a_picture_was_taken(town: Town, owner: Person) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 12.0, 30.0), 29: "2026:11:23"})
    town.source.thumbnails[THEIRS] = a_file(exif=exif, comment=b"In front of my house")
    video = await submitted(town, owner)

    for name in ("small", "medium", "large"):
        served = await picture(town, f"/api/v1/videos/{video}/pictures/{name}.jpg")
        assert not opened(served.content).getexif()
        assert b"Exif" not in served.content
        assert b"my house" not in served.content


async def test_whoever_has_it_asks_whether_it_may_still_be_shown(town: Town, video: str) -> None:
    address = await shown(town, video)
    first = await picture(town, address)
    assert first.headers["cache-control"] == "no-cache"
    assert not first.headers["etag"].startswith("W/")

    again = await picture(town, address, NOBODY, **{"If-None-Match": first.headers["etag"]})
    another = await picture(town, address, NOBODY, **{"If-None-Match": '"another"'})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert another.content == first.content


async def test_what_is_deleted_is_gone_at_once_and_comes_back(town: Town, owner: Person, video: str) -> None:
    address = await shown(town, video)
    tag = {"If-None-Match": (await picture(town, address)).headers["etag"]}

    await town.ask("DELETE", f"/videos/{video}", owner)
    gone = [
        await picture(town, address),
        await picture(town, address, owner),
        await picture(town, address, NOBODY, **tag),
    ]
    await town.ask("POST", f"/videos/{video}/restore", owner)

    assert [answer.status_code for answer in gone] == [404, 404, 404]
    assert gone[0].json()["code"] == "video_not_found"
    assert (await picture(town, address, NOBODY, **tag)).status_code == 304


async def test_head_tells_what_get_would(town: Town, video: str) -> None:
    address = await shown(town, video)
    got = await picture(town, address)

    head = await town.client.head(address)

    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-length", "content-type", "cache-control"):
        assert head.headers[name] == got.headers[name]


@pytest.mark.parametrize(
    "name",
    ["huge.jpg", "SMALL.JPG", "small.jpg.", "%2e%2e%2fsmall.jpg", "small.jpg%00", "ö.jpg", "master.m3u8"],
)
async def test_there_are_no_other_pictures(town: Town, video: str, name: str) -> None:
    answer = await picture(town, f"/api/v1/videos/{video}/pictures/{name}")

    assert answer.status_code in {404, 422}


async def test_a_video_without_pictures_has_none(town: Town) -> None:
    video = await town.video(await town.person())

    answer = await picture(town, f"/api/v1/videos/{video}/pictures/small.jpg")

    assert (answer.status_code, answer.json()["code"]) == (404, "picture_not_found")


@pytest.mark.parametrize(
    ("data", "said"),
    [(None, "not to be had"), (b"<!DOCTYPE html>", "no picture"), (a_file()[:900], "broken")],
    ids=["absent", "a page", "broken"],
)
async def test_a_video_is_published_without_a_thumbnail_that_is_none(
    town: Town, data: bytes | None, said: str
) -> None:
    owner = await town.person()
    if data is not None:
        town.source.thumbnails[THEIRS] = data

    video = await submitted(town, owner)

    assert await shown(town, video) == THEIRS
    told = await step(town, owner, video)
    assert (told["state"], said in told["error"]) == ("failed", True)


async def test_its_owner_can_have_the_thumbnail_fetched_later(town: Town) -> None:
    owner = await town.person()
    video = await submitted(town, owner)
    town.source.thumbnails[THEIRS] = a_file()

    assert (await town.ask("POST", f"/videos/{video}/retry", owner)).status_code == 202
    await town.settle()

    assert (await step(town, owner, video))["state"] == "done"
    assert (await picture(town, await shown(town, video))).status_code == 200


async def test_a_picture_that_is_lost_is_not_found(town: Town, video: str) -> None:
    address = await shown(town, video)
    await town.house.foundations.blobs.delete_all(f"videos/{video}")

    assert (await picture(town, address)).json()["code"] == "picture_not_found"
    assert (await town.client.head(address)).status_code == 404
