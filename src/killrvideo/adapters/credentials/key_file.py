"""A random signing key kept in a file, for a developer who has set none."""

import hashlib
import os
import secrets
from pathlib import Path

from killrvideo.adapters.credentials.keys import SigningKey

SECRET_BYTES = 32


class KeyFileError(Exception):
    """The file holds no usable key, or cannot be read or written; the message says which file and why."""


def read_or_make_key(path: Path) -> SigningKey:
    """The key in the file, which is made (mode 0600) if it is not there. Raises KeyFileError.

    Processes that start together end with the same key.
    """
    try:
        if not path.exists():
            _make(path)
        secret = path.read_bytes().strip()
    except OSError as error:
        raise KeyFileError(f"The signing key {path} cannot be read or written: {error.strerror}.") from None
    if len(secret) < SECRET_BYTES:
        raise KeyFileError(
            f"{path} holds no signing key of {SECRET_BYTES} bytes; remove it to get a new one."
        )
    return SigningKey(f"local-{hashlib.sha256(secret).hexdigest()[:8]}", secret)


def _make(path: Path) -> None:
    """Writes the whole file aside and links it in place, so that nobody ever reads half of it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(SECRET_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(aside, path)
    except FileExistsError:
        pass  # Another process was faster: its key counts.
    finally:
        aside.unlink()
