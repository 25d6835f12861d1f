"""Signing in and out, and knowing at every request who asks.

An access token names a session and is good only while that session and its account are open. A refresh
token is used up by its successor: one that comes back after that was stolen, or its successor was.
"""

import hashlib
from dataclasses import replace
from datetime import timedelta

from killrvideo.domain.access import Caller, Scope
from killrvideo.domain.accounts import Account, AccountStatus, Session, email_key
from killrvideo.domain.errors import AccountSuspended, InvalidGrant, RefreshReused, WrongCredentials
from killrvideo.domain.events import Origin
from killrvideo.domain.ids import AccountId, SessionId
from killrvideo.domain.limits import RouteClass
from killrvideo.service_interfaces.clock import Clock, IdSource
from killrvideo.service_interfaces.credentials import (
    AccessClaims,
    PasswordHasher,
    SecretSource,
    TokenSigner,
)
from killrvideo.service_interfaces.limits import Quotas
from killrvideo.service_interfaces.signing_in import SignedIn
from killrvideo.service_interfaces.storage import Storage
from killrvideo.service_interfaces.turns import Turns
from killrvideo.service_interfaces.units import UnitOfWork

Narrowing = frozenset[Scope] | None
"""The only scopes that a client wants, or None for all that the account has."""


class Sessions:
    """Keeps SessionOpener, too."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        ids: IdSource,
        hasher: PasswordHasher,
        signer: TokenSigner,
        secrets: SecretSource,
        quotas: Quotas,
        *,
        access_lifetime: timedelta,
        refresh_lifetime: timedelta,
    ) -> None:
        """``access_lifetime`` is how long an access token is good, ``refresh_lifetime`` a whole session."""
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._hasher = hasher
        self._signer = signer
        self._secrets = secrets
        self._quotas = quotas
        self._signing_in = Turns()
        self._access_lifetime = access_lifetime
        self._refresh_lifetime = refresh_lifetime

    async def identify(self, token: str | None, origin: Origin) -> Caller:
        """Who sent the access token; nobody for one that is absent, bad, expired or of a closed session."""
        now = self._clock.now()
        claims = self._signer.read(token, now) if token else None
        if claims is None:
            return Caller(origin=origin)
        found = await self._storage.sessions.open_session(claims.account_id, claims.session_id, now)
        if found is None:
            return Caller(origin=origin)
        session, account = found
        return Caller(
            origin=replace(origin, actor_id=account.id),
            account_id=account.id,
            session_id=session.id,
            scopes=_within(account.all_scopes, session.narrowed_to, claims.scopes),
        )

    async def sign_in(
        self, email: str, password: str, address: str, origin: Origin, scopes: Narrowing = None
    ) -> SignedIn:
        """Opens a session, which gives only ``scopes`` if there are some.

        Failures are counted by e-mail address and network ``address`` together, whether there is such an
        account or not. Raises WrongCredentials, AccountSuspended, InvalidGrant, TooManyRequests.
        """
        attempts = _digest(f"{email_key(email)}|{address}").hex()
        # One attempt at a time: many right ones at once are not taken for guesses.
        async with self._signing_in.of(attempts):
            await self._quotas.take(RouteClass.LOGIN, attempts)
            account, proof = await self._proven(email, password)
            await self._quotas.forget(RouteClass.LOGIN, attempts)
        if not account.is_open:
            raise AccountSuspended("This account is suspended; a moderator can reinstate it.")
        narrowed_to = _narrowing(scopes, account.all_scopes)
        now = self._clock.now()
        work = self._storage.begin("sessions.sign_in", origin)
        # Whoever still came in with the old password would outlast its change.
        self._storage.accounts.still_proven(work, account.id, proof)
        self._storage.accounts.signed_in(work, account.id, now)
        present = replace(account, status=AccountStatus.ACTIVE, last_login_at=now)
        signed_in = self.open(work, present, narrowed_to)
        await work.commit()
        return signed_in

    def open(self, work: UnitOfWork, account: Account, narrowed_to: Narrowing = None) -> SignedIn:
        """Adds a session of the account to the unit: what is handed out is good once that is committed."""
        now = self._clock.now()
        session = Session(
            id=SessionId(self._ids.new()),
            account_id=account.id,
            opened_at=now,
            expires_at=now + self._refresh_lifetime,
            narrowed_to=narrowed_to,
        )
        refresh_token = self._secrets.refresh_token()
        self._storage.sessions.open(work, session, _digest(refresh_token))
        return self._handed_out(account, session, refresh_token, narrowed_to)

    async def refresh(self, refresh_token: str, origin: Origin, scopes: Narrowing = None) -> SignedIn:
        """Trades the token for a fresh pair, whose access token gives only ``scopes`` if there are some.

        The token may come again until its successor is used; after that the session is closed. Raises
        InvalidGrant.
        """
        presented, successor = _digest(refresh_token), self._secrets.refresh_token()
        session, account = await self._refreshable(presented)
        claimed = _narrowing(scopes, _within(account.all_scopes, session.narrowed_to))
        work = self._storage.begin("sessions.refresh", origin)
        self._storage.sessions.rotate(work, presented, _digest(successor), self._clock.now())
        try:
            await work.commit()
        except RefreshReused:
            await self._close(account.id, session.id, origin)
            raise InvalidGrant(
                "This refresh token was replaced, and its successor is in use; for safety the session was "
                "closed. Sign in again."
            ) from None
        narrowest = session.narrowed_to if claimed is None else claimed
        return self._handed_out(account, session, successor, narrowest)

    async def sign_out(self, caller: Caller) -> None:
        """Closes the caller's session; its tokens are worthless from now on."""
        account_id = caller.signed_in()
        if caller.session_id is not None:
            await self._close(account_id, caller.session_id, caller.origin)

    async def _close(self, account_id: AccountId, session_id: SessionId, origin: Origin) -> None:
        work = self._storage.begin("sessions.close", origin)
        self._storage.sessions.close(work, account_id, session_id)
        await work.commit()

    async def _proven(self, email: str, password: str) -> tuple[Account, str]:
        """The account with this address and password, and the hash that proved it.

        An unknown address takes as long as a known one.
        """
        account, hashed = await self._storage.accounts.by_email_with_password(email) or (None, None)
        proven = await self._hasher.verify(password, hashed)
        if account is None or hashed is None or not proven:
            raise WrongCredentials
        return account, hashed

    async def _refreshable(self, presented: bytes) -> tuple[Session, Account]:
        """The session of a refresh token, and its account, if both are open."""
        found = await self._storage.sessions.by_refresh(presented, self._clock.now())
        if found is None:
            raise InvalidGrant("This refresh token is unknown, or its session has ended. Sign in again.")
        return found

    def _handed_out(
        self, account: Account, session: Session, refresh_token: str, claimed: Narrowing
    ) -> SignedIn:
        now = self._clock.now()
        expires_at = min(now + self._access_lifetime, session.expires_at)
        claims = AccessClaims(
            account_id=account.id,
            session_id=session.id,
            token_id=str(self._ids.new()),
            issued_at=now,
            expires_at=expires_at,
            scopes=claimed,
        )
        return SignedIn(
            account=account,
            access_token=self._signer.issue(claims),
            refresh_token=refresh_token,
            expires_in=int((expires_at - now).total_seconds()),
            scopes=_within(account.all_scopes, session.narrowed_to, claimed),
        )


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _within(scopes: frozenset[Scope], *narrowings: Narrowing) -> frozenset[Scope]:
    for wanted in narrowings:
        if wanted is not None:
            scopes &= wanted
    return scopes


def _narrowing(asked: Narrowing, allowed: frozenset[Scope]) -> Narrowing:
    """What is asked for, None when that is everything; raises InvalidGrant for more than is allowed."""
    if asked is None or asked == allowed:
        return None
    if beyond := asked - allowed:
        named = ", ".join(sorted(beyond))
        raise InvalidGrant(f"You cannot ask for what you do not have: {named}.", error="invalid_scope")
    return asked
