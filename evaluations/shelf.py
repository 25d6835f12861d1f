"""A store of its own for one collection, searched as the site searches."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import track

from evaluations.kept_vectors import KeptModels
from evaluations.labelled import LONG_AGO, UPLOADER
from killrvideo.adapters.clock import SystemClock, Uuid7Source
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.access import Caller, Role
from killrvideo.domain.accounts import Account
from killrvideo.domain.events import Origin
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.paging import PageRequest
from killrvideo.domain.search import SearchFilter, SearchMode
from killrvideo.domain.vectors import digest_of, text_of
from killrvideo.domain.videos import Video
from killrvideo.features.search import Search
from killrvideo.service_interfaces.language import Purpose
from killrvideo.service_interfaces.meaning import Meaning

ORIGIN = Origin(correlation_id="evaluation")
NOBODY = Caller(origin=ORIGIN)
FIRST = PageRequest(size=100)
PATIENT = 600.0
BATCH = 20


class NoExperiments:
    """Keeps Experiments."""

    def variant(self, key: str, unit: AccountId | None, default: str) -> str:  # noqa: ARG002
        return default

    async def refresh(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Shelf:
    storage: SqliteStorage
    models: KeptModels

    async def ranking(self, query: str, mode: SearchMode) -> Sequence[VideoId]:
        """The first hundred that the search finds, best first."""
        meaning = Meaning(self.storage, self.models, seconds=PATIENT)
        search = Search(self.storage, meaning, NoExperiments())
        findings = await search.videos(NOBODY, query, mode, SearchFilter(), FIRST)
        if findings.mode is not mode:
            raise RuntimeError(f"{mode} was asked for, and {findings.mode} was served.")
        return [found.video.id for found in findings.page.items]


@asynccontextmanager
async def shelf(videos: Sequence[Video], models: KeptModels, console: Console) -> AsyncIterator[Shelf]:
    """Holds the videos, and a vector of each."""
    with TemporaryDirectory() as folder:
        storage = SqliteStorage(Path(folder) / "shelf.db", SystemClock(), Uuid7Source(), synchronous="off")
        await storage.open()
        try:
            await _fill(storage, videos, models, console)
            yield Shelf(storage, models)
        finally:
            await storage.close()


async def _fill(
    storage: SqliteStorage, videos: Sequence[Video], models: KeptModels, console: Console
) -> None:
    work = storage.begin("evaluation.uploader", ORIGIN)
    storage.accounts.add(work, _uploader(), None)
    storage.vectors.serve(work, models.current.name)
    await work.commit()
    batches = [videos[start : start + BATCH] for start in range(0, len(videos), BATCH)]
    for batch in track(batches, "Embedding", console=console, transient=True):
        await _add(storage, batch, models)


async def _add(storage: SqliteStorage, videos: Sequence[Video], models: KeptModels) -> None:
    model, texts = models.current, [text_of(video) for video in videos]
    vectors = await model.embed(texts, Purpose.DOCUMENT)
    work = storage.begin("evaluation.videos", ORIGIN)
    for video, text, vector in zip(videos, texts, vectors, strict=True):
        storage.videos.add(work, video)
        storage.search.put(work, video)
        storage.vectors.put(work, video.id, model.name, vector, LONG_AGO, text_digest=digest_of(text))
    await work.commit()


def _uploader() -> Account:
    return Account(
        id=UPLOADER,
        email="uploader@example.org",
        first_name="Ann",
        last_name="Onym",
        roles=frozenset({Role.CREATOR}),
        created_at=LONG_AGO,
    )
