"""Instants from outside: with a time zone, turned into UTC and whole milliseconds."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

from killrvideo.domain.instants import whole_millis

DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _spelled_out(raw: str) -> str:
    """Pydantic alone would take a bare number for seconds since 1970."""
    if not DATE.match(raw):
        raise ValueError("is not a date and time such as 2026-03-01T12:00:00Z")
    return raw


def _in_utc(instant: datetime) -> datetime:
    try:
        return whole_millis(instant)
    except OverflowError:
        raise ValueError("is before or after every calendar year in UTC") from None


Instant = Annotated[AwareDatetime, BeforeValidator(_spelled_out), AfterValidator(_in_utc)]
