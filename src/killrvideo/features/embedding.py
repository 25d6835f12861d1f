"""Bringing the vectors of the whole catalogue up to date: after an import, a change of model, or an outage.
Those of whole videos, and those of the passages of captions and descriptions.

Searches answer from the model that is served. Only when all videos have a vector of the current one, that
one is served. It can be broken off anywhere: what is outdated is looked for anew, and what is done is done.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from killrvideo.domain.errors import ModelUnavailable, NotFound, TextsChanged
from killrvideo.domain.events import Origin
from killrvideo.domain.ids import VideoId
from killrvideo.domain.jobs import Job, JobKind, JobState
from killrvideo.domain.passages import PassageSet
from killrvideo.domain.vectors import Outdated, digest_of, text_of
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.language import EmbeddingModel, EmbeddingModels, Purpose
from killrvideo.service_interfaces.passage_making import PassageMaking
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.units import UnitOfWork

BATCH = 16
"""Videos that are embedded, and stored, together."""
PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
CATALOGUE = UUID(int=0)
"""The subject of the job: there is one for all videos."""
PROBE = "video"
"""A text by which a model shows whether it answers."""


class EmbeddingProgress(Protocol):
    """Whoever watches how far it is."""

    def advance(self, videos: int) -> None:
        """So many more are embedded."""
        ...


@dataclass(slots=True)
class _Run:
    """One going through everything, for a job or for an operator."""

    model: EmbeddingModel
    origin: Origin
    progress: EmbeddingProgress
    job: Job | None = None
    done: int = field(default=0)


class Embedding:
    def __init__(self, storage: Storage, clock: Clock, ids: IdSource, models: EmbeddingModels) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._models = models
        self._making = PassageMaking(storage.captions, models)

    async def check(self, origin: Origin) -> bool:
        """Leaves a job if something is outdated and the model answers; whether it did. Without anything to
        embed the model is served at once.
        """
        model = self._models.current.name
        is_served = await self._storage.vectors.served() == model
        lacks_videos = _is_left(await self._storage.vectors.outdated(model, 1))
        lacks_passages = _is_left(await self._storage.passages.outdated(model, 1))
        if is_served and not lacks_videos and not lacks_passages:
            return False
        if not await self._answers():
            return False
        if not is_served and not lacks_videos:
            await self._serve(model, origin)
        if not lacks_videos and not lacks_passages:
            return False
        job = Job.new(self._ids.new(), JobKind.CATALOGUE_EMBED, CATALOGUE, self._clock.now(), origin)
        work = self._storage.begin("embedding.check", origin)
        self._storage.jobs.enqueue(work, job)
        await work.commit()
        return True

    async def carry_out(self, job: Job, progress: EmbeddingProgress) -> JobState:
        """Embeds all that is outdated, and lets the model be served. Raises LeaseLost."""
        run = _Run(self._models.current, job.origin, progress, job)
        try:
            complete = await self._complete(run)
        except ModelUnavailable as away:
            return await self.try_later(job, away.detail)
        work = self._begin(job)
        if complete:
            self._storage.vectors.serve(work, run.model.name)
        self._storage.jobs.done(work, job)
        await work.commit()
        return JobState.DONE

    async def embed_all(self, origin: Origin, progress: EmbeddingProgress) -> int:
        """The same at once, for an operator; how many videos were embedded. Raises ModelUnavailable."""
        run = _Run(self._models.current, origin, progress)
        if await self._complete(run):
            await self._serve(run.model.name, origin)
        return run.done

    async def try_later(self, job: Job, reason: str) -> JobState:
        """Puts it back, with growing pauses: it is never given up. Raises LeaseLost."""
        pause = min(PAUSE * 2 ** min(job.failures, 10), LONGEST_PAUSE)
        work = self._begin(job)
        self._storage.jobs.again(work, job, self._clock.now() + pause, reason)
        await work.commit()
        return JobState.QUEUED

    async def _serve(self, model: str, origin: Origin) -> None:
        work = self._storage.begin("embedding.serve", origin)
        self._storage.vectors.serve(work, model)
        await work.commit()

    async def _answers(self) -> bool:
        try:
            await self._models.current.embed([PROBE], Purpose.DOCUMENT)
        except ModelUnavailable:
            return False
        return True

    async def _complete(self, run: _Run) -> bool:
        """Goes through everything until nothing is left; False if that has come to a halt. Raises
        ModelUnavailable, also where there is nothing to embed: such a model is not to be served.
        """
        await run.model.embed([PROBE], Purpose.DOCUMENT)
        while True:
            before = run.done
            if not await self._go_through(run):
                await self._embed_passages(run)
                return True
            if run.done == before:
                return False

    async def _go_through(self, run: _Run) -> int:
        """How many were outdated."""
        found, after = 0, None
        while True:
            outdated = await self._storage.vectors.outdated(run.model.name, BATCH, after)
            if outdated.videos:
                await self._embed(run, outdated.videos)
                found += len(outdated.videos)
            after = outdated.next
            if after is None:
                return found

    async def _embed_passages(self, run: _Run) -> None:
        """Those that are outdated now, video by video; searches of videos do not wait for them."""
        after = None
        while True:
            outdated = await self._storage.passages.outdated(run.model.name, BATCH, after)
            for video in await self._storage.videos.get_many(outdated.videos):
                await self._put_passages(run, await self._making.patiently(video))
            after = outdated.next
            if after is None:
                return

    async def _put_passages(self, run: _Run, made: PassageSet) -> None:
        work = self._storage.begin("embedding.passages", run.origin)
        if run.job is not None:
            self._storage.jobs.hold(work, run.job)
        self._storage.passages.replace(work, made)
        with suppress(TextsChanged):  # Those of the new texts are made next time.
            await work.commit()

    async def _embed(self, run: _Run, video_ids: Sequence[VideoId]) -> None:
        videos = await self._storage.videos.get_many(video_ids)
        texts = [text_of(video) for video in videos]
        vectors = await run.model.embed(texts, Purpose.DOCUMENT) if texts else []
        work = self._storage.begin("embedding.put", run.origin)
        if run.job is not None:
            self._storage.jobs.hold(work, run.job)
        now, put = self._clock.now(), self._storage.vectors.put
        for video, text, vector in zip(videos, texts, vectors, strict=True):
            put(work, video.id, run.model.name, vector, now, text_digest=digest_of(text))
        try:
            await work.commit()
        except NotFound:  # One was purged meanwhile: the others are found again.
            return
        run.done += len(videos)
        run.progress.advance(len(videos))

    def _begin(self, job: Job) -> UnitOfWork:
        return self._storage.begin(f"job.{job.kind}", job.origin)


def _is_left(outdated: Outdated) -> bool:
    return bool(outdated.videos) or outdated.next is not None
