"""How long a server asks us to wait."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_PAUSE = 24 * 3600.0
"""Seconds that a Retry-After is believed."""
SECONDS = re.compile(r"[0-9]{1,9}")


def seconds_of(retry_after: str | None, now: datetime) -> float | None:
    """What Retry-After says, in seconds or by a date (RFC 9110, section 10.2.3); None if it is neither."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if SECONDS.fullmatch(text):
        return min(float(text), LONGEST_PAUSE)
    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return None
    return min(max((then.replace(tzinfo=then.tzinfo or UTC) - now).total_seconds(), 0.0), LONGEST_PAUSE)
