"""Names of files in the object store: what every store keeps as it is, and none reads as a path elsewhere."""

import unicodedata

from killrvideo.domain.errors import InvalidBlobKey

KEY_LONGEST = 768
"""Bytes of UTF-8. Stores take 1,024, of which the prefix of the site's address needs some."""
PART_LONGEST = 200
"""Bytes of UTF-8 between two slashes; file systems take 255, and a draft adds a number to it."""
FORBIDDEN = frozenset("\\#")
"""A backslash is a slash to some systems, and a number sign marks the drafts in a folder."""


def check_key(key: str) -> str:
    """The key itself, such as ``videos/0199c1d2/poster.webp``; raises InvalidBlobKey."""
    if _bytes_of(key) > KEY_LONGEST:
        raise InvalidBlobKey(f"The name of a file has {KEY_LONGEST} bytes at most.")
    for part in key.split("/"):
        _check_part(part)
    return key


def check_prefix(prefix: str) -> str:
    """As `check_key`; the empty prefix is that of all keys, and one slash at the end is left out."""
    return check_key(prefix.removesuffix("/")) if prefix else prefix


def _check_part(part: str) -> None:
    if part in {"", ".", ".."}:
        raise InvalidBlobKey("The name of a file has no empty parts, and none that is '.' or '..'.")
    if _bytes_of(part) > PART_LONGEST:
        raise InvalidBlobKey(f"Each part of the name of a file has {PART_LONGEST} bytes at most.")
    if any(one in FORBIDDEN or unicodedata.category(one) == "Cc" for one in part):
        raise InvalidBlobKey("The name of a file has no control characters, no '#' and no backslash.")


def _bytes_of(text: str) -> int:
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        raise InvalidBlobKey("The name of a file has half a character in it.") from None
