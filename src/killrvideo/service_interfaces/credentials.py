"""Passwords, tokens and signatures."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from killrvideo.domain.access import Scope
from killrvideo.domain.ids import AccountId, SessionId
from killrvideo.domain.paging import Position


class PasswordHasher(Protocol):
    async def hash(self, password: str) -> str:
        """Raises Unavailable when too many are waiting."""
        ...

    async def verify(self, password: str, hashed: str | None) -> bool:
        """Takes the same time without a hash (an unknown address), and is then False."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessClaims:
    account_id: AccountId
    session_id: SessionId
    token_id: str
    issued_at: datetime
    expires_at: datetime
    scopes: frozenset[Scope] | None = None
    """Only when the client asked for fewer than its roles give."""


class TokenSigner(Protocol):
    def issue(self, claims: AccessClaims) -> str:
        """A signed JWT (RFC 7519) whose header names the key."""
        ...

    def read(self, token: str, now: datetime) -> AccessClaims | None:
        """The claims, or None for a token that is not ours, was tampered with, or has expired."""
        ...


class SecretSource(Protocol):
    def refresh_token(self) -> str:
        """A fresh secret of 256 bits, URL-safe."""
        ...


class CursorSigner(Protocol):
    """Makes positions in lists opaque, and good only for the list that they were made for."""

    def encode(self, context: str, position: Position) -> str:
        """URL-safe text. ``context`` says which list it is, with everything that chooses its items."""
        ...

    def decode(self, context: str, text: str) -> Position:
        """The inverse; raises InvalidCursor for what was not made by `encode` with the same context."""
        ...
