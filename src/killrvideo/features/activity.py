"""Reading what a person did lately."""

from killrvideo.domain.access import Caller, Scope
from killrvideo.domain.activity import KEPT_FOR, Activity, ActivityKind
from killrvideo.domain.ids import AccountId
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.service_interfaces.accounts import present_account
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.storage import Storage, checked


class ActivityLog:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def of_account(
        self, caller: Caller, account_id: AccountId, kind: ActivityKind | None, wanted: PageRequest
    ) -> Page[Activity]:
        """Newest first, for the account itself and moderators. Raises AccountNotFound, MissingScope."""
        caller.signed_in()
        since = self._clock.now() - KEPT_FOR
        return await checked(
            self._may_read(caller, account_id),
            self._storage.activity.of_account(account_id, kind, since, wanted),
        )

    async def _may_read(self, caller: Caller, account_id: AccountId) -> None:
        await present_account(self._storage.accounts, account_id)
        caller.require_own_or(account_id, Scope.ACTIVITY_READ, Scope.MODERATION_READ)
