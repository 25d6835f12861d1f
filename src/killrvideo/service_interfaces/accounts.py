"""Where accounts, credentials and sessions are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from killrvideo.domain.accounts import Account, Session
from killrvideo.domain.errors import AccountNotFound
from killrvideo.domain.ids import AccountId, SessionId
from killrvideo.service_interfaces.units import UnitOfWork


class AccountStore(Protocol):
    async def get(self, account_id: AccountId) -> Account | None: ...

    async def by_email(self, email: str) -> Account | None:
        """The account with this address, ignoring case."""
        ...

    async def by_email_with_password(self, email: str) -> tuple[Account, str | None] | None:
        """The account with this address and what `password_hash` says of it, at once: for signing in."""
        ...

    async def password_hash(self, account_id: AccountId) -> str | None:
        """None for an account without a password, as imported ones are."""
        ...

    async def find(self, text: str | None, limit: int) -> Sequence[Account]:
        """Accounts whose name or address contains the text ignoring case, newest first; erased ones never.

        A distributed back end may look through the newest accounts only for a text that thousands have, or of
        fewer than three letters.
        """
        ...

    async def all(self) -> Sequence[Account]:
        """Every account that is not erased, oldest first: for export."""
        ...

    async def count(self) -> int: ...

    def add(self, work: UnitOfWork, account: Account, password_hash: str | None) -> None:
        """Raises EmailTaken if another account has the address, ignoring case."""
        ...

    def replace(self, work: UnitOfWork, account: Account) -> None:
        """Stores the next version; raises StaleVersion unless its predecessor is the present one."""
        ...

    def demote(self, work: UnitOfWork, account: Account) -> None:
        """As `replace`; raises LastModerator if no other open account could then moderate."""
        ...

    def erase(self, work: UnitOfWork, account: Account) -> None:
        """As `replace`; and forgets address, names, password, activity and whose the views were."""
        ...

    def set_password(self, work: UnitOfWork, account_id: AccountId, password_hash: str) -> None: ...

    def still_open(self, work: UnitOfWork, account_id: AccountId) -> None:
        """Commit raises NotSignedIn if the account was suspended or erased meanwhile."""
        ...

    def still_proven(self, work: UnitOfWork, account_id: AccountId, password_hash: str) -> None:
        """Commit raises WrongCredentials if another password was set meanwhile."""
        ...

    def signed_in(self, work: UnitOfWork, account_id: AccountId, at: datetime) -> None:
        """Remembers the last sign-in; an inactive account becomes active. Not a new version."""
        ...


class SessionStore(Protocol):
    async def open_session(
        self, account_id: AccountId, session_id: SessionId, now: datetime
    ) -> tuple[Session, Account] | None:
        """The account's session and the account, if both are open. Asked at every request."""
        ...

    async def by_refresh(self, token_digest: bytes, now: datetime) -> tuple[Session, Account] | None:
        """The session of the refresh token and its account, if both are open; whether the token is still
        good is for `rotate` to say.
        """
        ...

    async def all_of(self, account_id: AccountId) -> Sequence[Session]:
        """Every session of the account that is kept, newest first: for the archive of one's data."""
        ...

    def open(self, work: UnitOfWork, session: Session, refresh_digest: bytes) -> None: ...

    def rotate(self, work: UnitOfWork, presented: bytes, successor: bytes, now: datetime) -> None:
        """Uses a refresh token and adds a successor; raises RefreshReused.

        A token may come again until one of its successors has been used: an answer that was lost on the
        way locks nobody out. After that, or when a sibling was used, the session is over or was stolen.
        """
        ...

    def close(self, work: UnitOfWork, account_id: AccountId, session_id: SessionId) -> None:
        """Ends the session and all its refresh tokens; without effect if there is none."""
        ...

    def close_all(self, work: UnitOfWork, account_id: AccountId, *, but: SessionId | None = None) -> None:
        """Ends every session of the account, those included that are opened at this moment by what the
        account's credentials were before.
        """
        ...

    async def purge(self, before: datetime) -> int:
        """Drops sessions that expired before; how many there were. Where sessions expire by themselves, 0."""
        ...


async def present_account(accounts: AccountStore, account_id: AccountId) -> Account:
    """The account, unless it was erased; raises AccountNotFound."""
    account = await accounts.get(account_id)
    if account is None or account.is_erased:
        raise AccountNotFound(f"There is no account {account_id}.")
    return account
