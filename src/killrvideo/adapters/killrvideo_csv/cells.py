"""What single cells say: ids, instants, numbers and tags. All raise InvalidInput for what they cannot be."""

import json
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from killrvideo.adapters.killrvideo_csv.tables import Record, is_storable
from killrvideo.domain.errors import InvalidInput, InvalidText
from killrvideo.domain.instants import from_millis, whole_millis

WHOLE_NUMBER = re.compile(r"[0-9]{1,15}")
QUOTED_LONGEST = 40
WORD_LONGEST = 50
"""A category, a language and a content rating are words, not texts."""
GREGORIAN = datetime(1582, 10, 15, tzinfo=UTC)
"""Where the clock of a version 1 UUID begins."""
SET_MEMBER = re.compile(r"""\s*(?:'((?:[^']|'')*)'|"((?:[^"\\]|\\.)*)"|([^,'"]+))\s*(?:,|$)""")


def quoted(text: str) -> str:
    """The text in a message: not longer than it needs to be, nor able to command a terminal."""
    return repr(text if len(text) <= QUOTED_LONGEST else f"{text[:QUOTED_LONGEST]}...")


def identity(record: Record, column: str) -> UUID:
    text = record.required(column)
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput(f"{column} is not a UUID: {quoted(text)}.") from None


def instant(record: Record, column: str) -> datetime:
    """A date without a time zone is in UTC."""
    text = record.required(column)
    try:
        read = datetime.fromisoformat(text)
        return whole_millis(read if read.tzinfo else read.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise InvalidInput(
            f"{column} is not a date such as 2025-08-28T05:04:35.000Z: {quoted(text)}."
        ) from None


def optional_instant(record: Record, column: str) -> datetime | None:
    return instant(record, column) if record.optional(column) else None


def instant_within(identity: UUID) -> datetime | None:
    """When an identity was made, if it says so: versions 1 and 7 do."""
    try:
        if identity.version == 1:
            return whole_millis(GREGORIAN + timedelta(microseconds=identity.time // 10))
        return from_millis(identity.int >> 80) if identity.version == 7 else None
    except OverflowError:
        return None


def whole_number(record: Record, column: str) -> int | None:
    text = record.optional(column)
    if text is None:
        return None
    if not WHOLE_NUMBER.fullmatch(text):
        raise InvalidInput(f"{column} is not a whole number from 0 on: {quoted(text)}.")
    return int(text)


def word(record: Record, column: str) -> str | None:
    text = record.optional(column)
    if text is not None and len(text) > WORD_LONGEST:
        raise InvalidText(f"{column} has at most {WORD_LONGEST} characters: {quoted(text)}.")
    return text


def score(record: Record, column: str) -> float | None:
    """In [-1, 1]; None for anything else, since a model can judge the text anew."""
    try:
        number = float(record.optional(column) or "nan")
    except ValueError:
        return None
    return number if -1 <= number <= 1 else None


def tags(record: Record, column: str) -> tuple[str, ...]:
    """A JSON array, a CQL set or list (``{'a', 'b'}``), or bare words with commas between."""
    text = record.optional(column) or ""
    members = _json_array(text) if text.startswith("[") else None
    if members is None:
        bare = text[1:-1] if text[:1] + text[-1:] in {"{}", "[]"} else text
        members = _set_members(bare, column)
    if not is_storable("".join(members)):
        raise InvalidInput(f"{column} holds characters that cannot be kept.")
    return members


def _json_array(text: str) -> tuple[str, ...] | None:
    try:
        members = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return tuple(members) if all(isinstance(member, str) for member in members) else None


def _set_members(text: str, column: str) -> tuple[str, ...]:
    members: list[str] = []
    position = 0
    while position < len(text.rstrip()):
        found = SET_MEMBER.match(text, position)
        if found is None:
            raise InvalidInput(f"{column} is neither a JSON array nor a set: {quoted(text)}.")
        single, double, plain = found.groups()
        members.append(_unescaped(single, double, plain))
        position = found.end()
    return tuple(members)


def _unescaped(single: str | None, double: str | None, plain: str | None) -> str:
    if single is not None:
        return single.replace("''", "'")
    return re.sub(r"\\(.)", r"\1", double) if double is not None else plain or ""
