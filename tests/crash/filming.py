"""How the steps of an uploaded film write: one that is soon made, a moment of sound without pictures."""

import io
import wave

from killrvideo.domain.jobs import JobKind
from killrvideo.features.processing.retranslating import PAUSE
from tests.api.town import API
from tests.crash.place import Place
from tests.crash.uploading import PATH, ask, send
from tests.crash.work import RELAY
from tests.crash.write_paths import WritePath, work

RATE = 8000
"""Samples in a second, and in the film."""
STEPS = (
    JobKind.VIDEO_PROBE,
    JobKind.VIDEO_PICTURES,
    JobKind.VIDEO_TRANSCODE,
    JobKind.VIDEO_CAPTIONS,
    JobKind.VIDEO_TRANSLATIONS,
    JobKind.VIDEO_EMBEDDING,
    JobKind.VIDEO_PUBLISH,
    JobKind.VIDEO_NOTIFY,
)


def a_second() -> bytes:
    """A tone."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, RATE, RATE, "NONE", "not compressed"))
        sound.writeframes(b"\x00\x10\x00\xf0" * (RATE // 2))
    return file.getvalue()


async def an_uploaded_film(place: Place) -> str:
    """Its id."""
    film = a_second()
    begun = await ask(place, "POST", API + PATH, {"Upload-Length": str(len(film))})
    await send(place, begun.headers["Location"], 0, film)
    return begun.headers["Location"].rpartition("/")[2]


async def a_film(place: Place) -> None:
    await an_uploaded_film(place)


async def edited_captions(place: Place) -> None:
    """Of a film that is READY, and was translated before."""
    film = await an_uploaded_film(place)
    await place.town.settle()
    path = f"{API}/videos/{film}/captions/en"
    headers = {**place.scene.people["creator"].headers, "Content-Type": "text/vtt"}
    text = "WEBVTT\n\n00:00.100 --> 00:00.900\nIt rains.\n"
    put = await place.town.client.put(path, headers=headers, content=text)
    assert put.is_success, put.text


async def settle_after_the_pause(place: Place) -> None:
    await place.town.settle()
    place.town.clock.advance(PAUSE)
    await place.town.settle()


FILMING: tuple[WritePath, ...] = (
    work(
        "a film becomes READY",
        RELAY | {"job.claim", "passages.put", *(f"job.{kind}" for kind in STEPS)},
        arrange=a_film,
    ),
    WritePath(
        name="edited captions are translated",
        units=frozenset(RELAY | {"job.claim", "videos.translate", f"job.{JobKind.VIDEO_TRANSLATIONS}"}),
        act=settle_after_the_pause,
        arrange=edited_captions,
        goes_on=settle_after_the_pause,
    ),
)
