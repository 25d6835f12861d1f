"""Instants from outside: with a time zone, turned into UTC and whole milliseconds."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

from killrvideo.domain.instants import whole_millis


def _in_utc(instant: datetime) -> datetime:
    try:
        return whole_millis(instant)
    except OverflowError:
        raise ValueError("is before or after every calendar year in UTC") from None


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
