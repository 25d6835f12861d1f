"""Which verb does which kind of job, and how one job is seen through to its end, whatever that is."""

import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import structlog

from killrvideo.application import Application
from killrvideo.domain.errors import LeaseLost, Unavailable
from killrvideo.domain.jobs import Job, JobKind, JobState
from killrvideo.domain.processing import STEP_OF
from killrvideo.observability.context import bind_correlation_id
from killrvideo.service_interfaces.progress import Told
from killrvideo.workers.leases import LeaseKeeper
from killrvideo.workers.progress import LoggedProgress, LoggedSteps, Part

Verb = Callable[[Job, Told], Coroutine[Any, Any, JobState]]
"""Does a job, tells how much of it is done, and says what became of it. Raises LeaseLost."""
GiveUp = Callable[[Job, str], Coroutine[Any, Any, JobState]]
"""Ends a try that an unexpected error stopped, for the reason given. Raises LeaseLost."""

UNEXPECTED = "An unexpected error stopped this step; you can retry it."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Verbs:
    do: Verb
    give_up: GiveUp


def verbs(house: Application) -> dict[JobKind, Verbs]:
    """What is done for each kind of job."""
    hiding, embedding, learning = house.hiding, house.embedding, house.learning
    forgetting = house.uploads.forgetting
    steps = Verbs(house.steps.run, house.steps.give_up)

    async def hide(job: Job, _: Told) -> JobState:
        return await hiding.carry_out(job)

    async def forget(job: Job, _: Told) -> JobState:
        return await forgetting.carry_out(job)

    async def embed(job: Job, _: Told) -> JobState:
        return await embedding.carry_out(job, LoggedProgress(job.kind))

    async def learn(job: Job, _: Told) -> JobState:
        report = await learning.carry_out(job, LoggedSteps(job.kind))
        log.info(
            "learned",
            outcome=str(report.outcome),
            interactions=report.size.interactions,
            ndcg=report.new and round(report.new.quality.ndcg, 4),
            former_ndcg=report.former and round(report.former.quality.ndcg, 4),
        )
        return JobState.DONE

    return {
        **dict.fromkeys(STEP_OF, steps),
        JobKind.VIDEO_FORGET: Verbs(forget, forgetting.try_later),
        JobKind.ACCOUNT_CONTENT: Verbs(hide, hiding.try_later),
        JobKind.CATALOGUE_EMBED: Verbs(embed, embedding.try_later),
        JobKind.RECOMMENDATIONS_LEARN: Verbs(learn, learning.give_up),
    }


class JobRunner:
    """Runs one claimed job. Nothing that goes wrong with a job is raised."""

    def __init__(self, house: Application, keeper: LeaseKeeper) -> None:
        self._verbs = verbs(house)
        self._keeper = keeper

    async def run(self, job: Job) -> None:
        """To be called in a task of its own, since it binds the correlation id of the job's origin."""
        bind_correlation_id(job.origin.correlation_id)
        began = time.perf_counter()
        outcome = "interrupted"
        try:
            outcome = await self._outcome(job)
        finally:
            log.info(
                "job",
                kind=job.kind,
                subject=str(job.subject),
                attempt=job.attempts,
                outcome=outcome,
                ms=round((time.perf_counter() - began) * 1000, 1),
            )

    async def _outcome(self, job: Job) -> str:
        try:
            part = Part()
            return await self._keeper.hold(job, self._done_or_given_up(job, part), part.get)
        except LeaseLost:
            return "lease lost"
        except Unavailable as outage:
            # No fault of the job's: when its lease has run out it is tried again.
            log.warning("job left for later", kind=job.kind, subject=str(job.subject), reason=outage.detail)
            return "store unavailable"
        except Exception:
            log.exception("job could not be given up", kind=job.kind, subject=str(job.subject))
            return "broken"

    async def _done_or_given_up(self, job: Job, part: Part) -> JobState:
        try:
            return await self._verbs[job.kind].do(job, part.told)
        except (LeaseLost, Unavailable):
            raise
        except Exception:
            log.exception("job stopped by an unexpected error", kind=job.kind, subject=str(job.subject))
            return await self._verbs[job.kind].give_up(job, UNEXPECTED)
