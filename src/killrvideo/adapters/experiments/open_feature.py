"""The house's experiments, asked through OpenFeature.

OpenFeature has one registry for all of a process. Each house has a domain of its own there, so that several
live side by side; whoever wants another vendor's flags sets another provider for the domain.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from secrets import token_hex
from uuid import UUID

from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.flag_evaluation import FlagEvaluationDetails, FlagValueType
from openfeature.hook import Hook, HookContext, HookHints
from openfeature.provider.no_op_provider import NoOpProvider

from killrvideo.adapters.events.outages import Outage
from killrvideo.adapters.experiments.exposures import Exposures
from killrvideo.adapters.experiments.provider import ROUND, StoredExperiments
from killrvideo.domain.errors import Unavailable
from killrvideo.domain.exposures import Exposure
from killrvideo.domain.ids import AccountId
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.storage import Storage

REFRESH = 0.5
"""Seconds between two looks at the store, whatever events have told: a kill switch works within a second."""
WRITE = 0.5
"""Seconds that an exposure waits at most, in memory."""
CLOSED = NoOpProvider()

log = logging.getLogger(__name__)

Pause = Callable[[float], Awaitable[None]]


class OpenFeatureExperiments:
    """Keeps Experiments; to be opened after the store and closed before it."""

    def __init__(self, storage: Storage, clock: Clock, *, pause: Pause = asyncio.sleep) -> None:
        self.exposures = Exposures(storage)
        self._storage = storage
        self._pause = pause
        self._provider = StoredExperiments()
        self.domain = f"killrvideo-{token_hex(4)}"
        """Under which OpenFeature knows this house's provider."""
        self._client = api.get_client(self.domain)
        self._client.add_hooks([_NotesExposures(self.exposures, clock)])
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Reads the experiments, now or once the store answers."""
        api.set_provider_and_wait(self._provider, self.domain)
        away = Outage(log, "The experiments cannot be read")
        stuck = Outage(log, "Exposures to experiments cannot be written")
        try:
            await self.refresh()
        except Unavailable as error:
            away.failed(self, error)
        self._tasks = [
            asyncio.create_task(self._every(REFRESH, self.refresh, away)),
            asyncio.create_task(self._every(WRITE, self.exposures.write, stuck)),
        ]

    async def close(self) -> None:
        """Writes down what was noted; what cannot be is told of in the log. May be called twice."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            await self.exposures.write()
        except Exception as error:
            log.warning("%d exposures to experiments are lost", self.exposures.waiting, exc_info=error)
        api.set_provider_and_wait(CLOSED, self.domain)

    def variant(self, key: str, unit: AccountId | None, default: str) -> str:
        if unit is None:
            return default
        return self._client.get_string_value(key, default, EvaluationContext(str(unit)))

    async def refresh(self) -> None:
        self._provider.show(await self._storage.experiments.all())

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]], outage: Outage) -> None:
        wait = seconds
        while True:
            await self._pause(wait)
            try:
                await work()
            except Exception as error:
                wait = outage.failed(self, error)
            else:
                outage.over(self)
                wait = seconds


class _NotesExposures(Hook):
    """Whoever is dealt an arm has met the experiment."""

    def __init__(self, exposures: Exposures, clock: Clock) -> None:
        self._exposures = exposures
        self._clock = clock

    def after(
        self,
        hook_context: HookContext,
        details: FlagEvaluationDetails[FlagValueType],
        hints: HookHints,  # noqa: ARG002
    ) -> None:
        round_ = details.flag_metadata.get(ROUND)
        account = hook_context.evaluation_context.targeting_key
        if isinstance(round_, int) and details.variant is not None and account is not None:
            self._exposures.note(
                Exposure(
                    experiment=details.flag_key,
                    round=round_,
                    account_id=AccountId(UUID(account)),
                    arm=details.variant,
                    at=self._clock.now(),
                )
            )
