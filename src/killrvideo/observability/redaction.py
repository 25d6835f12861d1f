"""Keeps secrets out of the log: by the names of what is logged, and by the looks of its text."""

import re
from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from typing import Any

REDACTED = "[redacted]"
DEEPEST = 6
"""Nothing that is logged is nested deeper for a good reason."""

SECRET_WORDS = frozenset(
    {
        *("password", "passwords", "passwd", "passphrase", "token", "tokens", "secret", "secrets"),
        *("key", "keys", "apikey", "authorization", "cookie", "cookies", "credential", "credentials"),
    }
)
WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

JWT = re.compile(r"\beyJ[\w-]+\.[\w-]+(?:\.[\w-]+)*")
AUTHORIZATION = re.compile(r"(\bbearer|authorization\W{1,4}\w+)\s+[\w.~+/=-]+", re.IGNORECASE)
NAMED = re.compile(
    r"""((?:password|passwd|passphrase|token|secret|authorization|cookie|key)s?["']?\s*[:=]\s*)"""
    r"""("[^"]*"|'[^']*'|[^\s"',;&)}\]]+)""",
    re.IGNORECASE,
)
SUSPICIOUS = re.compile(r"eyJ|bearer|passw|passphrase|token|secret|authorization|cookie|key", re.IGNORECASE)


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: the event without secrets."""
    return {name: _value(name, value, 0) for name, value in event.items()}


def without_secrets(text: str) -> str:
    """The text without what looks like a token, or like the value of something secret."""
    if not SUSPICIOUS.search(text):
        return text
    text = JWT.sub(REDACTED, text)
    text = AUTHORIZATION.sub(rf"\1 {REDACTED}", text)
    return NAMED.sub(rf"\1{REDACTED}", text)


@lru_cache(1024)
def is_secret(name: str) -> bool:
    """Whether one of the words of the name (refreshToken, api_key, Set-Cookie) says so."""
    return any(word.lower() in SECRET_WORDS for word in WORDS.findall(name))


def _value(name: str, value: Any, depth: int) -> Any:
    if is_secret(name):
        return REDACTED
    return _inside(value, depth)


def _inside(value: Any, depth: int) -> Any:
    match value:
        case str():
            return without_secrets(value)
        case bytes():
            return without_secrets(value.decode("utf-8", "replace"))
        case None | bool() | int() | float():
            return value
        case _ if depth >= DEEPEST:
            return REDACTED
        case Mapping():
            return {str(key): _value(str(key), inner, depth + 1) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_inside(inner, depth + 1) for inner in value]
    return without_secrets(str(value))
