"""Whole films made by the transcoder of a clip, each once in a session, and what a player finds in them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
import numpy as np

from killrvideo.domain.ladder import Ladder, ladder_of
from killrvideo.domain.media import Source
from killrvideo.service_interfaces.transcoder import Stretch, Transcoder


def nobody(_: float) -> None:
    """Listens to no progress."""


@dataclass(frozen=True)
class Film:
    folder: Path
    source: Source
    ladder: Ladder
    groups: Sequence[Sequence[Stretch]]
    sound: Stretch | None

    def rung(self, at: int) -> Stretch:
        """A rung's whole stream."""
        parts = [group[at] for group in self.groups]
        segments = tuple(chain.from_iterable(part.segments for part in parts))
        return Stretch(
            name=parts[0].name, codecs=parts[0].codecs, opening=parts[0].opening, segments=segments
        )

    @property
    def rungs(self) -> Sequence[Stretch]:
        return [self.rung(at) for at in range(len(self.ladder.rungs))]

    def assembled(self, stream: Stretch) -> Path:
        """One file of the opening and all segments, as a player puts them together."""
        file = self.folder / f"{stream.name}-whole.mp4"
        names = [stream.opening, *(segment.name for segment in stream.segments)]
        file.write_bytes(b"".join((self.folder / name).read_bytes() for name in names))
        return file


@dataclass
class Films:
    transcoder: Transcoder
    folder: Path
    made: dict[Path, Film] = field(default_factory=dict)

    async def of(self, clip: Path) -> Film:
        if clip not in self.made:
            self.made[clip] = await self._make(clip)
        return self.made[clip]

    async def _make(self, clip: Path) -> Film:
        into = self.folder / clip.name
        into.mkdir()
        source = await self.transcoder.probe(clip)
        ladder = ladder_of(source)
        count = ladder.groups if ladder.rungs else 0
        # The last one first: none may lean on those before it.
        groups = [
            await self.transcoder.group(clip, source, ladder, number, into, nobody)
            for number in reversed(range(count))
        ]
        sound = await self.transcoder.sound(clip, source, into, nobody) if source.has_sound else None
        return Film(into, source, ladder, groups[::-1], sound)


@dataclass(frozen=True)
class Shown:
    """A picture as a player shows it."""

    at: Fraction
    is_key: bool
    luma: float


def shown(file: Path) -> list[Shown]:
    with av.open(str(file)) as container:
        return [
            Shown(
                Fraction(frame.pts or 0) * (frame.time_base or 1),
                frame.key_frame,
                _luma(frame),
            )
            for frame in container.decode(video=0)
        ]


def _luma(frame: av.VideoFrame) -> float:
    """On average, as it is encoded."""
    plane = frame.planes[0]
    lines = np.frombuffer(bytes(plane), np.uint8).reshape(-1, plane.line_size)
    return float(lines[: plane.height, : plane.width].mean())


def heard(file: Path) -> np.ndarray:
    """One channel of the sound, from -1 to 1."""
    with av.open(str(file)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
