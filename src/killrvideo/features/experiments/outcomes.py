"""What people do after they met an arm, noted beside the exposure."""

from datetime import datetime

from killrvideo.domain.activity import ActivityKind
from killrvideo.domain.events import Origin
from killrvideo.domain.experiments import Measure
from killrvideo.domain.exposures import measure_of_rating
from killrvideo.domain.ids import AccountId
from killrvideo.domain.paging import LARGEST_SIZE, PageRequest
from killrvideo.service_interfaces.storage import Storage, until_fresh


class Outcomes:
    """Every verb may be called again with the same: each measure is noted once for each exposure."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def viewed(self, account_id: AccountId, at: datetime, origin: Origin) -> None:
        await self._note(account_id, Measure.VIEW, at, origin)

    async def rated(self, account_id: AccountId, stars: int, at: datetime, origin: Origin) -> None:
        measure = measure_of_rating(stars)
        if measure is not None:
            await self._note(account_id, measure, at, origin)

    async def exposed(self, account_id: AccountId, at: datetime, origin: Origin) -> None:
        """Notes what the account did since the instant: an exposure is written down a moment after it
        happened, and whoever was quick has done something in between.
        """
        views = await self._storage.activity.of_account(
            account_id, ActivityKind.VIEW, at, PageRequest(size=LARGEST_SIZE)
        )
        if views.items:
            await self.viewed(account_id, views.items[-1].at, origin)
        for rating in reversed(await self._storage.ratings.by_account(account_id, LARGEST_SIZE)):
            if rating.updated_at >= at:
                await self.rated(account_id, rating.stars, rating.updated_at, origin)

    async def _note(self, account_id: AccountId, measure: Measure, at: datetime, origin: Origin) -> None:
        async def attempt() -> None:
            exposures = await self._storage.experiments.exposures_of(account_id)
            later = [(exposure, exposure.after(measure, at)) for exposure in exposures]
            changed = [after for before, after in later if after is not before]
            if changed:
                work = self._storage.begin("experiments.outcome", origin)
                for exposure in changed:
                    self._storage.experiments.replace_exposure(work, exposure)
                await work.commit()

        await until_fresh(account_id, attempt)
