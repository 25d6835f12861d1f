"""Who moderates and who is shut out: looking people up, roles, suspension and its end."""

from collections.abc import Sequence

from killrvideo.domain.access import Caller, Role, Scope
from killrvideo.domain.accounts import Account, AccountStatus
from killrvideo.domain.errors import AccountStateConflict, InvalidText, NotAllowed
from killrvideo.domain.events import AccessChanged, SuspensionImposed, SuspensionLifted
from killrvideo.domain.ids import AccountId
from killrvideo.domain.moderation import REASON_LONGEST, AuditAction, AuditEntry, clean_words
from killrvideo.service_interfaces.accounts import present_account
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.storage import Storage, until_fresh
from killrvideo.service_interfaces.units import UnitOfWork

PEOPLE_FOUND_MOST = 20


class Access:
    def __init__(self, storage: Storage, clock: Clock, ids: IdSource) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids

    async def people(self, caller: Caller, text: str | None) -> Sequence[Account]:
        """Accounts whose name or address contains the text, newest first; the newest ones without a text."""
        caller.require(Scope.MODERATION_READ)
        return await self._storage.accounts.find((text or "").strip() or None, PEOPLE_FOUND_MOST)

    async def assign_moderator(self, caller: Caller, account_id: AccountId) -> Account:
        """The account as a moderator, from its next request on. Raises AccountNotFound."""
        caller.require(Scope.USERS_MANAGE)

        async def attempt() -> Account:
            account = await present_account(self._storage.accounts, account_id)
            if Role.MODERATOR in account.all_roles:
                return account
            promoted = account.changed(roles=account.roles | {Role.MODERATOR})
            work = self._storage.begin("access.assign_moderator", caller.origin)
            self._storage.accounts.replace(work, promoted)
            self._note_access(work, caller, promoted)
            await work.commit()
            return promoted

        return await until_fresh(account_id, attempt)

    async def revoke_moderator(self, caller: Caller, account_id: AccountId) -> Account:
        """The account without the role. Raises AccountNotFound, AccountStateConflict, LastModerator."""
        caller.require(Scope.USERS_MANAGE)

        async def attempt() -> Account:
            account = await present_account(self._storage.accounts, account_id)
            if Role.ADMIN in account.roles:
                raise AccountStateConflict(
                    "This is an admin; only the operator's command line changes what an admin is."
                )
            if Role.MODERATOR not in account.roles:
                return account
            left = account.roles - {Role.MODERATOR}
            demoted = account.changed(roles=left or frozenset({Role.CREATOR}))
            work = self._storage.begin("access.revoke_moderator", caller.origin)
            self._storage.accounts.demote(work, demoted)
            self._note_access(work, caller, demoted)
            await work.commit()
            return demoted

        return await until_fresh(account_id, attempt)

    async def suspend(
        self, caller: Caller, account_id: AccountId, reason: str, *, hide_content: bool
    ) -> Account:
        """The account, suspended; its sessions are over, its content is hidden if so wished.

        Raises AccountNotFound, NotAllowed, AccountStateConflict, LastModerator, InvalidText.
        """
        caller.require(Scope.USERS_MANAGE)

        async def attempt() -> Account:
            account = await self._to_suspend(caller, account_id)
            suspended = account.changed(status=AccountStatus.SUSPENDED)
            why = _stated(reason)
            work = self._storage.begin("access.suspend", caller.origin)
            self._shut_out(work, suspended)
            if hide_content:
                at = self._clock.now()
                self._storage.removals.hide_all_of(work, account_id, caller.account_id, at, why)
            hidden = "yes" if hide_content else "no"
            self._note(work, caller, AuditAction.ACCOUNT_SUSPENDED, account_id, why, content_hidden=hidden)
            work.publish(
                SuspensionImposed(
                    account_id=account_id, version=suspended.version, content_hidden=hide_content
                )
            )
            await work.commit()
            return suspended

        return await until_fresh(account_id, attempt)

    async def reinstate(self, caller: Caller, account_id: AccountId, reason: str | None) -> Account:
        """The account, open again, and its content as before. Raises as `suspend` does."""
        caller.require(Scope.USERS_MANAGE)

        async def attempt() -> Account:
            account = await self._within_reach(caller, account_id)
            if account.status is not AccountStatus.SUSPENDED:
                raise AccountStateConflict("This account is not suspended.")
            reinstated = account.changed(status=AccountStatus.ACTIVE)
            why = clean_words(reason, REASON_LONGEST, "/reason")
            work = self._storage.begin("access.reinstate", caller.origin)
            self._storage.accounts.replace(work, reinstated)
            # A sign-in that crossed the suspension has opened one.
            self._storage.sessions.close_all(work, account_id)
            self._storage.removals.show_all_of(work, account_id, self._clock.now())
            self._note(work, caller, AuditAction.ACCOUNT_REINSTATED, account_id, why)
            work.publish(SuspensionLifted(account_id=account_id, version=reinstated.version))
            await work.commit()
            return reinstated

        return await until_fresh(account_id, attempt)

    async def _to_suspend(self, caller: Caller, account_id: AccountId) -> Account:
        account = await self._within_reach(caller, account_id)
        if caller.owns(account_id):
            raise AccountStateConflict("You cannot suspend yourself.")
        if account.status is AccountStatus.SUSPENDED:
            raise AccountStateConflict("This account is suspended already.")
        return account

    async def _within_reach(self, caller: Caller, account_id: AccountId) -> Account:
        """The account, if this caller may shut it out or let it in."""
        account = await present_account(self._storage.accounts, account_id)
        if Role.ADMIN in account.roles and not caller.may(Scope.OPERATE):
            raise NotAllowed("Only an admin suspends or reinstates an admin.")
        return account

    def _shut_out(self, work: UnitOfWork, suspended: Account) -> None:
        """Commit raises LastModerator if the account moderates and no other one could."""
        if Role.MODERATOR in suspended.all_roles:
            self._storage.accounts.demote(work, suspended)
        else:
            self._storage.accounts.replace(work, suspended)
        self._storage.sessions.close_all(work, suspended.id)

    def _note_access(self, work: UnitOfWork, caller: Caller, account: Account) -> None:
        roles, scopes = tuple(sorted(account.roles)), tuple(sorted(account.scopes))
        self._note(work, caller, AuditAction.ACCESS_CHANGED, account.id, None, roles=", ".join(roles))
        work.publish(
            AccessChanged(account_id=account.id, version=account.version, roles=roles, scopes=scopes)
        )

    def _note(
        self,
        work: UnitOfWork,
        caller: Caller,
        action: AuditAction,
        account_id: AccountId,
        reason: str | None,
        **detail: str,
    ) -> None:
        """Who did it and why: the trail is the only place that keeps a moderator's reason."""
        if reason is not None:
            detail["reason"] = reason
        entry = AuditEntry.by(
            caller, self._ids.new(), self._clock.now(), action, "account", account_id, **detail
        )
        self._storage.audit.add(work, entry)


def _stated(reason: str) -> str:
    why = clean_words(reason, REASON_LONGEST, "/reason")
    if why is None:
        raise InvalidText("Say why: a suspension needs a reason.", pointer="/reason")
    return why
