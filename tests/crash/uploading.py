"""How uploads write: what a client asks for, and what goes when nobody needs it any more."""

from datetime import timedelta

import httpx2

from killrvideo.domain.ids import UploadId
from killrvideo.domain.jobs import JobKind
from tests.api.town import API, ORIGIN
from tests.crash.place import ONCE, Place
from tests.crash.write_paths import Act, Arrange, WritePath

PATH = "/uploads"
NOTES = "uploads.txt"
"""Where a scene notes the addresses of its uploads."""
CHUNK = {"Content-Type": "application/offset+octet-stream"}
PARTIAL = {"Upload-Concat": "partial"}
FORGET = f"job.{JobKind.VIDEO_FORGET}"


async def ask(
    place: Place,
    method: str,
    path: str,
    headers: dict[str, str],
    content: bytes = b"",
    *,
    keyed: bool = False,
) -> httpx2.Response:
    told = {**place.scene.people["creator"].headers, "X-Correlation-ID": "the-request"}
    told |= {"Tus-Resumable": "1.0.0", **(ONCE if keyed else {}), **headers}
    return await place.town.client.request(method, path, headers=told, content=content)


def noted(place: Place) -> list[str]:
    return (place.folder / NOTES).read_text().split()


def begun(*sent: bytes, **headers: str) -> Arrange:
    """An upload for each of the texts, of which that much was sent; they are to have 5 bytes."""

    async def arrange(place: Place) -> None:
        paths = []
        for data in sent:
            told = {"Upload-Length": "5", **headers} if "Upload-Defer-Length" not in headers else headers
            path = (await ask(place, "POST", API + PATH, told)).headers["Location"]
            await send(place, path, 0, data)
            paths.append(path)
        (place.folder / NOTES).write_text("\n".join(paths))

    return arrange


async def send(place: Place, path: str, offset: int, data: bytes, **headers: str) -> httpx2.Response:
    return await ask(place, "PATCH", path, {**CHUNK, "Upload-Offset": str(offset), **headers}, data)


async def begin(place: Place) -> httpx2.Response:
    return await ask(place, "POST", API + PATH, {"Upload-Length": "5"}, keyed=True)


async def begin_empty(place: Place) -> httpx2.Response:
    return await ask(place, "POST", API + PATH, {"Upload-Length": "0"}, keyed=True)


async def add(place: Place) -> httpx2.Response:
    return await send(place, noted(place)[0], 2, b"ll")


async def complete(place: Place) -> httpx2.Response:
    return await send(place, noted(place)[0], 2, b"llo")


async def tell_length(place: Place) -> httpx2.Response:
    return await send(place, noted(place)[0], 5, b"", **{"Upload-Length": "6"})


async def join(place: Place) -> httpx2.Response:
    named = " ".join(noted(place))
    return await ask(place, "POST", API + PATH, {"Upload-Concat": f"final;{named}"}, keyed=True)


async def terminate(place: Place) -> httpx2.Response:
    return await ask(place, "DELETE", noted(place)[0], {})


async def sweep(place: Place) -> None:
    place.town.clock.advance(timedelta(days=3))
    await place.town.house.application.uploads.removing.sweep(ORIGIN)


async def a_purged_video(place: Place) -> None:
    await begun(b"hello")(place)
    await place.ask(f"DELETE /videos/{noted(place)[0].rpartition('/')[2]}", "creator")
    await place.town.settle()
    place.town.clock.advance(timedelta(days=31))
    storage, now = place.town.house.storage, place.town.clock.now()
    purged = await storage.videos.purgeable(now, 100)
    await place.town.house.application.purge.run(ORIGIN)
    work = storage.begin("tests.drop", ORIGIN)
    for video_id in purged:
        if await storage.uploads.get(UploadId(video_id)) is None:
            storage.jobs.drop(work, video_id)  # Jobs end in any order, and this is about the one.
    await work.commit()


async def settle(place: Place) -> None:
    """A month later, as `a_purged_video` has it."""
    place.town.clock.advance(timedelta(days=31))
    await place.town.settle()


def asked(
    unit: str, act: Act, arrange: Arrange, again: int, *, name: str | None = None, keyed: bool = False
) -> WritePath:
    units = frozenset({unit})
    return WritePath(name=name or unit, units=units, act=act, arrange=arrange, again=again, keyed=keyed)


UPLOADING: tuple[WritePath, ...] = (
    asked("uploads.begin", begin, begun(), 201, keyed=True),
    asked("uploads.begin", begin_empty, begun(), 201, name="uploads.begin of nothing", keyed=True),
    asked("uploads.append", add, begun(b"he"), 409),
    asked("uploads.append", complete, begun(b"he"), 409, name="uploads.append to the end"),
    asked("uploads.learn_length", tell_length, begun(b"hello", **{"Upload-Defer-Length": "1"}), 204),
    asked("uploads.join", join, begun(b"hello", b"world", **PARTIAL), 201, keyed=True),
    asked("uploads.remove", terminate, begun(b"he"), 404),
    WritePath(
        name="an upload is given up",
        units=frozenset({"uploads.remove"}),
        act=sweep,
        arrange=begun(b"he"),
        goes_on=sweep,
    ),
    WritePath(
        name="a video that was uploaded is purged",
        units=frozenset({"outbox.lease", "outbox.handled", "job.claim", "uploads.forget", FORGET}),
        act=settle,
        arrange=a_purged_video,
        goes_on=settle,
        purges=True,
    ),
)
