"""Access tokens: JSON Web Tokens signed with HS256, and nothing else accepted.

A token that verified once is remembered, since a reader sends the same one with every request. Its
expiry is looked at each time.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, OctKey

from killrvideo.adapters.credentials.keys import SigningKey
from killrvideo.domain.access import Scope
from killrvideo.domain.ids import AccountId, SessionId
from killrvideo.domain.instants import from_millis, to_millis
from killrvideo.service_interfaces.credentials import AccessClaims

ALGORITHM = "HS256"
LONGEST = 8192
SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
KNOWN_SCOPES = frozenset(Scope)

UNREADABLE = (JoseError, ValueError, TypeError, LookupError, OverflowError, RecursionError)
"""What reading a forged token can raise, down to JSON that is nested too deep."""


class NotOurs(Exception):
    """The token was not issued by us, or not for us."""


class JwtSigner:
    """Keeps TokenSigner. The first key signs, all verify; ``remembered`` tokens need no second look."""

    def __init__(
        self, keys: Sequence[SigningKey], *, issuer: str, audience: str, remembered: int = 10_000
    ) -> None:
        if not keys:
            raise ValueError("A signer needs at least one key.")
        self._kid = keys[0].kid
        self._keys = {key.kid: OctKey.import_key(key.secret) for key in keys}
        self._issuer = issuer
        self._audience = audience
        # Only what verifies is remembered: an exception leaves no trace in the cache.
        self._verified = lru_cache(remembered)(self._verify)

    def issue(self, claims: AccessClaims) -> str:
        body: dict[str, Any] = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(claims.account_id),
            "sid": str(claims.session_id),
            "jti": claims.token_id,
            "iat": to_millis(claims.issued_at) // 1000,
            "exp": to_millis(claims.expires_at) // 1000,
        }
        if claims.scopes is not None:
            body["scope"] = " ".join(sorted(claims.scopes))
        header = {"alg": ALGORITHM, "kid": self._kid}
        return jwt.encode(header, body, self._keys[self._kid], [ALGORITHM])

    def read(self, token: str, now: datetime) -> AccessClaims | None:
        try:
            claims = self._verified(token)
        except NotOurs:
            return None
        return claims if claims.expires_at > now else None

    def _verify(self, token: str) -> AccessClaims:
        if len(token) > LONGEST or not SHAPE.fullmatch(token):
            raise NotOurs
        try:
            return self._claims(jwt.decode(token, self._key_of, [ALGORITHM]).claims)
        except UNREADABLE as error:
            raise NotOurs from error

    def _key_of(self, signed: GuestProtocol) -> OctKey:
        return self._keys[signed.headers()["kid"]]

    def _claims(self, body: dict[str, Any]) -> AccessClaims:
        match body:
            case {
                "iss": self._issuer,
                "aud": self._audience,
                "sub": str(account_id),
                "sid": str(session_id),
                "jti": str(token_id),
                "iat": int(issued_at),
                "exp": int(expires_at),
            }:
                return AccessClaims(
                    account_id=AccountId(UUID(account_id)),
                    session_id=SessionId(UUID(session_id)),
                    token_id=token_id,
                    issued_at=from_millis(issued_at * 1000),
                    expires_at=from_millis(expires_at * 1000),
                    scopes=_scopes(body.get("scope")),
                )
        raise NotOurs


def _scopes(claim: object) -> frozenset[Scope] | None:
    """Words that we do not know narrow all the same: they give nothing."""
    match claim:
        case None:
            return None
        case str(words):
            return frozenset(Scope(word) for word in words.split() if word in KNOWN_SCOPES)
    raise NotOurs
