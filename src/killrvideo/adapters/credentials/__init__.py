"""Passwords by Argon2, access tokens as JWTs, refresh tokens and signed cursors from the standard library."""

from killrvideo.adapters.credentials.cursors import SignedCursor
from killrvideo.adapters.credentials.key_file import KeyFileError, read_or_make_key
from killrvideo.adapters.credentials.keys import SigningKey
from killrvideo.adapters.credentials.passwords import Argon2Hasher
from killrvideo.adapters.credentials.secrets import Secrets
from killrvideo.adapters.credentials.tokens import JwtSigner

__all__ = [
    "Argon2Hasher",
    "JwtSigner",
    "KeyFileError",
    "Secrets",
    "SignedCursor",
    "SigningKey",
    "read_or_make_key",
]
