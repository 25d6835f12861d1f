"""How the steps of an uploaded film write: one that is soon made, a moment of sound without pictures."""

import io
import wave

from killrvideo.domain.jobs import JobKind
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


async def an_uploaded_film(place: Place) -> None:
    film = a_second()
    begun = await ask(place, "POST", API + PATH, {"Upload-Length": str(len(film))})
    await send(place, begun.headers["Location"], 0, film)


FILMING: tuple[WritePath, ...] = (
    work(
        "a film becomes READY",
        RELAY | {"job.claim", "passages.put", *(f"job.{kind}" for kind in STEPS)},
        arrange=an_uploaded_film,
    ),
)
