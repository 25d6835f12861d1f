"""Making still pictures fit to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from killrvideo.domain.media import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    picture: Picture
    data: bytes


class PictureMaker(Protocol):
    async def sizes(self, data: bytes) -> Sequence[Sized]:
        """The picture encoded anew in three sizes, smallest first, never larger than it was.

        What the data are is judged by themselves, not by a name. Raises UnusableFile for what is no picture,
        has too many pixels, or is broken.
        """
        ...
