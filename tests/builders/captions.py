"""Captions with sensible defaults, and how they are stored with their passages."""

from datetime import datetime

from killrvideo.domain.captions import Captions, CaptionTrack, Cue, digest_of
from killrvideo.domain.passages import PassageSet, passages_in
from killrvideo.domain.videos import Video
from killrvideo.domain.webvtt import read, written
from killrvideo.service_interfaces.storage import Storage
from tests.builders.keeping import ORIGIN
from tests.holding_still import START
from tests.stand_ins.embeddings import vector_of

MODEL = "word-hash-1"


def webvtt(*lines: str) -> str:
    """A file that says a line every five seconds."""
    return written([Cue(5000 * number, 5000 * number + 4000, line) for number, line in enumerate(lines)])


def some_captions(
    video: Video, *lines: str, language: str = "en", label: str = "English", at: datetime = START
) -> Captions:
    """``lines`` say what is said every five seconds."""
    text = webvtt(*(lines or ("It rains.",)))
    track = CaptionTrack(
        video_id=video.id, language=language, label=label, digest=digest_of(text), created_at=at
    )
    return Captions(track=track, text=text)


def passages_of(video: Video, *captions: Captions, model: str | None = MODEL) -> PassageSet:
    """As features make them."""
    spoken = [(one.track, read(one.text.encode())) for one in captions]
    spoken.sort(key=lambda one: one[0].language)
    passages = passages_in(video, spoken)
    return PassageSet(
        video=video,
        tracks=tuple(track for track, _ in spoken),
        passages=passages,
        model=model,
        vectors=() if model is None else tuple(tuple(vector_of(passage.text)) for passage in passages),
    )


async def keep_captions(
    storage: Storage, video: Video, *captions: Captions, model: str | None = MODEL
) -> None:
    """Stores the captions, and the passages of them and the description."""
    work = storage.begin("tests.captions", ORIGIN)
    for one in captions:
        storage.captions.put(work, one)
    storage.passages.replace(work, passages_of(video, *captions, model=model))
    await work.commit()
