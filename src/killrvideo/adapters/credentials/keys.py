"""The keys that sign, in the order of their use."""

from typing import NamedTuple


class SigningKey(NamedTuple):
    """The first of an ordered list signs, all verify: a key is replaced by putting a new one before it."""

    kid: str
    """Names the key in a token's header; no secret."""
    secret: bytes
    """At least 32 random bytes, as HS256 wants (RFC 7518, section 3.2)."""
