"""Learning what goes together from what people did: once a day by a job, or now by an operator.

A new model takes the place of the one in use only if it foretells what people liked last at least as well.
Both are measured by the same likes, which neither has seen: beside the lists that it serves, each model
keeps those that it was measured with.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from killrvideo.domain.events import Origin
from killrvideo.domain.ids import VideoId
from killrvideo.domain.instants import to_millis
from killrvideo.domain.jobs import Job, JobKind, JobState
from killrvideo.domain.learning import DataSize, ModelCard, Quality, is_better
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.interactions import KINDS, InteractionsWriter, deeds_in, interactions_in
from killrvideo.service_interfaces.learning import (
    Learned,
    LearnedElsewhere,
    LearningProgress,
    LearningRefused,
    Lesson,
    Trainer,
)
from killrvideo.service_interfaces.storage import Storage

MODEL = UUID(int=1)
"""The subject of the job: there is one model."""
REST = timedelta(minutes=5)
"""Between a job that is due and its beginning: a server that starts has other things to do first."""
KEPT_FOR = timedelta(days=1)
"""Lists of models that are out of use, and of those that never came into use."""
LISTS_AT_ONCE = 1_000
"""In memory, of those that are written for a lesson elsewhere."""
MILLIS_FROM = 80
"""Bits of a UUIDv7 behind its instant."""


class Outcome(StrEnum):
    NOTHING_TO_LEARN = "nothing to learn from"
    IN_USE = "in use"
    """The new model is."""
    REFUSED = "refused"
    """The former model is better, and stays."""


@dataclass(frozen=True, slots=True)
class LearningReport:
    outcome: Outcome
    size: DataSize
    new: ModelCard | None = None
    former: ModelCard | None = None
    """As it was measured now, by the same likes as the new one."""


class Learning:
    def __init__(
        self, storage: Storage, clock: Clock, ids: IdSource, trainer: Trainer, *, every: timedelta
    ) -> None:
        """``every`` is how long after a job the next one is due."""
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._trainer = trainer
        self._every = every

    async def check(self, origin: Origin) -> bool:
        """Leaves a job if one is due; whether it did."""
        now = self._clock.now()
        jobs = await self._storage.jobs.for_subject(MODEL)
        if any(job.created_at > now - self._every for job in jobs):
            return False
        job = Job.new(self._ids.new(), JobKind.RECOMMENDATIONS_LEARN, MODEL, now, origin)
        job = replace(job, run_at=now + REST)
        work = self._storage.begin("learning.check", origin)
        self._storage.jobs.enqueue(work, job)
        await work.commit()
        return True

    async def carry_out(self, job: Job, progress: LearningProgress) -> LearningReport:
        """Does what `learn` does, and the job is done. Raises LeaseLost, StaleVersion."""
        return await self._learn(job.origin, progress, force=False, job=job)

    async def give_up(self, job: Job, reason: str) -> JobState:
        """The next one is due at its time. Raises LeaseLost."""
        work = self._storage.begin(f"job.{job.kind}", job.origin)
        self._storage.jobs.failed(work, job, reason)
        await work.commit()
        return JobState.FAILED

    async def learn(
        self, origin: Origin, progress: LearningProgress, *, force: bool = False
    ) -> LearningReport:
        """Puts a new model into use unless the present one is better; with ``force``, even then.

        Raises StaleVersion if somebody else put one into use meanwhile.
        """
        return await self._learn(origin, progress, force=force, job=None)

    async def hand_out(self, writer: InteractionsWriter, progress: LearningProgress) -> int:
        """Writes what a lesson elsewhere needs: what people did, and the model to compare with.

        Returns how many ratings and views there are.
        """
        former, count, videos = await self._storage.learned.active(), 0, set[VideoId]()
        progress.expect(len(KINDS) + (former is not None))
        async for kind, deeds in deeds_in(self._storage.holdings, progress):
            await writer.add(kind, deeds)
            count += len(deeds)
            videos.update(deed.video_id for deed in deeds)
        if former is not None:
            progress.begin(f"writing model {former.number}")
            every = list(videos)
            for start in range(0, len(every), LISTS_AT_ONCE):
                some = every[start : start + LISTS_AT_ONCE]
                await writer.add_former(await self._storage.learned.neighbours(former.judged, some))
        await writer.finish(former.judged if former else None)
        return count

    async def take(
        self, origin: Origin, brought: LearnedElsewhere, progress: LearningProgress, *, force: bool = False
    ) -> LearningReport:
        """Does with a model that was learned elsewhere what `learn` does with its own.

        Raises LearningRefused if another model came into use since that lesson was handed out, StaleVersion
        as `learn` does.
        """
        progress.expect(1)
        former = await self._storage.learned.active()
        measured = brought.former
        if (former and former.judged) != (measured and measured.judged):
            raise LearningRefused(
                "Another model came into use since these interactions were written, and this one was not "
                "compared with it: write them anew, and learn from them."
            )
        if former is not None and measured is not None:
            former = replace(former, quality=measured.quality)
        card = self._card(brought.learned, brought.size, brought.learned_at, former)
        report = await self._settle(brought.learned, card, former, progress, force)
        await self._finish(origin, report, None)
        await self._tidy()
        return report

    async def _learn(
        self, origin: Origin, progress: LearningProgress, *, force: bool, job: Job | None
    ) -> LearningReport:
        interactions = await interactions_in(self._storage.holdings, progress)
        report = LearningReport(Outcome.NOTHING_TO_LEARN, DataSize(0, 0, len(interactions), 0))
        lesson = await self._trainer.prepare(interactions) if interactions else None
        if lesson is not None and lesson.size.held_out:
            report = await self._compare(lesson, await self._storage.learned.active(), progress, force)
        await self._finish(origin, report, job)
        await self._tidy()
        return report

    async def _compare(
        self, lesson: Lesson, former: ModelCard | None, progress: LearningProgress, force: bool
    ) -> LearningReport:
        progress.expect(lesson.steps + (former is not None) + 1)
        learned = await lesson.learn(progress.begin)
        card = self._card(learned, lesson.size, self._clock.now(), former)
        if former is not None:
            progress.begin(f"measuring model {former.number}")
            former = replace(former, quality=await self._judged(lesson, former.judged))
        return await self._settle(learned, card, former, progress, force)

    async def _settle(
        self,
        learned: Learned,
        card: ModelCard,
        former: ModelCard | None,
        progress: LearningProgress,
        force: bool,
    ) -> LearningReport:
        """Stores the lists of the new model unless the former one is better."""
        if not (force or is_better(learned.quality, former.quality if former else None)):
            return LearningReport(Outcome.REFUSED, card.size, card, former)
        progress.begin(f"storing model {card.number}")
        await self._storage.learned.keep(card.served, learned.served)
        await self._storage.learned.keep(card.judged, learned.judged)
        return LearningReport(Outcome.IN_USE, card.size, card, former)

    async def _judged(self, lesson: Lesson, lists: UUID) -> Quality:
        return await lesson.judge(await self._storage.learned.neighbours(lists, lesson.videos))

    def _card(self, learned: Learned, size: DataSize, at: datetime, former: ModelCard | None) -> ModelCard:
        return ModelCard(
            number=1 if former is None else former.number + 1,
            algorithm=learned.algorithm,
            trained_at=at,
            size=size,
            quality=learned.quality,
            served=self._ids.new(),
            judged=self._ids.new(),
        )

    async def _finish(self, origin: Origin, report: LearningReport, job: Job | None) -> None:
        work = self._storage.begin("learning.finish", origin)
        if report.new is not None and report.outcome is Outcome.IN_USE:
            self._storage.learned.activate(work, report.new)
        if job is not None:
            self._storage.jobs.done(work, job)
        await work.commit()

    async def _tidy(self) -> None:
        """Drops lists of former models, and what crashes left of models that never came into use."""
        newest = await self._storage.learned.recent(2)
        used = {lists for card in newest for lists in (card.served, card.judged)}
        for lists in self._old(await self._storage.learned.kept()):
            if lists not in used:
                await self._storage.learned.drop(lists)

    def _old(self, kept: Collection[UUID]) -> list[UUID]:
        """Those that nobody can still be writing; their ids tell when they were made."""
        before = to_millis(self._clock.now() - KEPT_FOR)
        return [lists for lists in kept if lists.int >> MILLIS_FROM < before]
