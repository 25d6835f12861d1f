"""The keys that sign, in the order of their use."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The first of an ordered list signs, all verify: a key is replaced by putting a new one before it."""

    kid: str
    """Names the key in a token's header; no secret."""
    secret: bytes = field(repr=False)
    """At least 32 random bytes, as HS256 wants (RFC 7518, section 3.2)."""
