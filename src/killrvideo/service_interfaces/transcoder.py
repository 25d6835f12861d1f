"""Making streams, pictures and sound of a file that nobody has vouched for.

The file is a local one. Whatever is in it: nothing else is read, nothing of the network asked, and time,
memory and disk are bounded. Every verb raises UnusableFile for a file that cannot be used, in words for its
owner, and ToolFailed where another try may succeed. A cancelled call leaves no process behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from killrvideo.domain.ladder import Ladder
from killrvideo.domain.media import Segment, Source, Storyboard
from killrvideo.service_interfaces.progress import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stream of one rung for one group of segments (or of the whole sound), as files in a folder."""

    name: str
    """The rung's, or ``sound``."""
    codecs: str
    """As RFC 6381 spells them."""
    opening: str
    """The file with what a player must know first (`EXT-X-MAP`): the same bytes in every group of a rung."""
    segments: Sequence[Segment]
    channels: int = 0
    digest: str = ""
    """Of the opening's bytes: stretches of one rung that differ in it are no one stream."""


class Transcoder(Protocol):
    async def making(self) -> str:
        """What makes streams, and how: groups of transcoders that say the same fit together."""
        ...

    async def probe(self, file: Path) -> Source: ...

    async def frame(self, file: Path, source: Source, into: Path) -> bytes | None:
        """A telling picture of it as PNG, in its full size; None where there are no pictures.

        The folder is for what is only needed meanwhile.
        """
        ...

    async def storyboard(self, file: Path, source: Source, into: Path, told: Told) -> Storyboard | None:
        """Writes the sheets as JPEG files; None where there are no pictures."""
        ...

    async def sound(self, file: Path, source: Source, into: Path, told: Told) -> Stretch:
        """Encodes all sound at once, so that nothing clicks where groups meet; for sources that have some."""
        ...

    async def group(
        self, file: Path, source: Source, ladder: Ladder, number: int, into: Path, told: Told
    ) -> Sequence[Stretch]:
        """Encodes the pictures of one group of segments, for every rung; the first group is number 0.

        Groups can be made in any order, by different machines, and fit together. Empty where the file turns
        out to have no pictures there any more.
        """
        ...

    async def wave(self, file: Path, source: Source, into: Path) -> Path:
        """The sound as speech recognition wants it: 16,000 samples a second, one channel, 16 bits."""
        ...
