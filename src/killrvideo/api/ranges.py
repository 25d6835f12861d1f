"""The header ``Range``: which part of a file is asked for (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

from killrvideo.domain.errors import RangeNotSatisfiable

ONE_RANGE = re.compile(r"bytes[ \t]*=[ \t,]*(\d*)-(\d*)[ \t,]*", re.IGNORECASE | re.ASCII)
FARTHEST = 2**62
"""A position behind every file's end."""
DIGITS_MOST = 18


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Either from ``first`` to ``last``, both included, or the last ``suffix`` bytes."""

    first: int | None = None
    last: int | None = None
    suffix: int = 0

    @property
    def needs_size(self) -> bool:
        """Whether nobody can say where it begins who does not know the size of the file."""
        return self.first is None

    def within(self, size: int | None) -> tuple[int, int | None]:
        """Where it begins, and the first byte behind it. Raises RangeNotSatisfiable for nothing."""
        if self.first is not None:
            return self.first, None if self.last is None else self.last + 1
        if not size or not self.suffix:
            raise RangeNotSatisfiable("There are no such last bytes.", size=size or 0)
        return max(0, size - self.suffix), size


def range_of(header: str | None) -> ByteRange | None:
    """What the header asks for; None where the whole is answered.

    That is so for other units than bytes, for what is no range, and for several ranges at once: nobody who
    plays a stream asks for those, and every answer of several parts costs more than it saves.
    """
    found = ONE_RANGE.fullmatch(header or "")
    if found is None:
        return None
    first, last = map(_position, found.groups())
    if first is None:
        return None if last is None else ByteRange(suffix=last)
    return None if last is not None and last < first else ByteRange(first, last)


def _position(digits: str) -> int | None:
    if not digits:
        return None
    return int(digits) if len(digits.lstrip("0")) <= DIGITS_MOST else FARTHEST
