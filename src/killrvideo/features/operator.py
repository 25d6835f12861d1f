"""What the operator does at the command line, where nobody is signed in: roles, scopes and passwords.

All of it is audited, with no actor.
"""

from killrvideo.domain.access import Caller, Role, Scope
from killrvideo.domain.accounts import Account, check_password
from killrvideo.domain.errors import AccountNotFound, AccountStateConflict
from killrvideo.domain.events import AccessChanged, Origin, PasswordChanged
from killrvideo.domain.moderation import AuditAction, AuditEntry
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.credentials import PasswordHasher
from killrvideo.service_interfaces.storage import Storage, until_fresh
from killrvideo.service_interfaces.units import UnitOfWork


class Operator:
    def __init__(self, storage: Storage, clock: Clock, ids: IdSource, hasher: PasswordHasher) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._hasher = hasher

    async def grant(self, email: str, power: Role | Scope, origin: Origin) -> Account:
        """The account with the role or scope, from its next request on. Raises AccountNotFound."""

        async def attempt() -> Account:
            account = await self._known(email)
            if power in account.roles or power in account.scopes:
                return account
            changed = _with(account, power)
            work = self._storage.begin("operator.grant", origin)
            self._storage.accounts.replace(work, changed)
            self._note_access(work, changed, granted=power)
            await work.commit()
            return changed

        return await until_fresh(email, attempt)

    async def revoke(self, email: str, power: Role | Scope, origin: Origin) -> Account:
        """The account without it. Raises AccountNotFound, AccountStateConflict, LastModerator."""

        async def attempt() -> Account:
            account = await self._known(email)
            changed = _without(account, power)
            if changed is account:
                return account
            work = self._storage.begin("operator.revoke", origin)
            if Role.MODERATOR in account.all_roles and Role.MODERATOR not in changed.all_roles:
                self._storage.accounts.demote(work, changed)
            else:
                self._storage.accounts.replace(work, changed)
            self._note_access(work, changed, revoked=power)
            await work.commit()
            return changed

        return await until_fresh(email, attempt)

    async def set_password(self, email: str, password: str, origin: Origin) -> Account:
        """Gives the account a password and ends its sessions. Raises AccountNotFound, InvalidText."""
        account = await self._known(email)
        hashed = await self._hasher.hash(check_password(password, "/password"))
        work = self._storage.begin("operator.set_password", origin)
        self._storage.accounts.set_password(work, account.id, hashed)
        self._storage.sessions.close_all(work, account.id)
        self._note(work, AuditAction.PASSWORD_SET, account)
        work.publish(PasswordChanged(account_id=account.id, version=account.version))
        await work.commit()
        return account

    async def _known(self, email: str) -> Account:
        account = await self._storage.accounts.by_email(email)
        if account is None:
            raise AccountNotFound(f"There is no account with the e-mail address {email}.")
        return account

    def _note_access(self, work: UnitOfWork, account: Account, **detail: str) -> None:
        roles, scopes = tuple(sorted(account.roles)), tuple(sorted(account.scopes))
        self._note(work, AuditAction.ACCESS_CHANGED, account, roles=", ".join(roles), **detail)
        work.publish(
            AccessChanged(account_id=account.id, version=account.version, roles=roles, scopes=scopes)
        )

    def _note(self, work: UnitOfWork, action: AuditAction, account: Account, **detail: str) -> None:
        nobody = Caller(origin=work.origin)
        at, entry = self._clock.now(), self._ids.new()
        self._storage.audit.add(
            work, AuditEntry.by(nobody, entry, at, action, "account", account.id, **detail)
        )


def _with(account: Account, power: Role | Scope) -> Account:
    if isinstance(power, Role):
        return account.changed(roles=account.roles | {power})
    return account.changed(scopes=account.scopes | {power})


def _without(account: Account, power: Role | Scope) -> Account:
    """The same account if it lacks it anyway; raises AccountStateConflict if a role includes it."""
    if isinstance(power, Role):
        changed = account.changed(roles=account.roles - {power})
    else:
        changed = account.changed(scopes=account.scopes - {power})
    if power in changed.all_roles or power in changed.all_scopes:
        highest = changed.all_roles[-1]
        raise AccountStateConflict(f"The role '{highest}' includes '{power}'; revoke that role instead.")
    return account if (changed.roles, changed.scopes) == (account.roles, account.scopes) else changed
