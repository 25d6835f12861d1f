"""Cutting a fragmented MP4 into what HLS serves: its opening, and segments at their places in the film."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import BufferedIOBase
from itertools import islice
from pathlib import Path

from killrvideo.adapters.ffmpeg.boxes import HEADER, BadBox, read_box
from killrvideo.adapters.ffmpeg.codec_names import codecs_of, timescale_of
from killrvideo.adapters.ffmpeg.fragments import Run, put_at, read_run
from killrvideo.domain.media import KeyFrame, Segment
from killrvideo.service_interfaces.transcoder import Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the film the file's first fragment stands, and how segments are made of fragments."""

    name: str
    """Of the stream; its files are called after it."""
    fragments_in_segment: int = 1
    first_segment: int = 0
    start: Fraction = Fraction(0)
    """Seconds."""
    channels: int = 0
    """Of sound; pictures have key frames instead, one at the beginning of each fragment."""


@dataclass(frozen=True, slots=True)
class Fragment:
    moof: bytearray
    run: Run
    mdat: bytes

    @property
    def first_sample_end(self) -> int:
        return len(self.moof) + HEADER + self.run.first_size


class Cutter:
    """Cuts one file; holds one segment in memory."""

    def __init__(self, into: Path, place: Place) -> None:
        self._into = into
        self._place = place
        self._sequence = place.first_segment * place.fragments_in_segment
        self._timescale = 1
        self._time = 0
        self.samples = 0
        """Pictures, or blocks of sound, that there were."""

    def cut(self, file: Path) -> Stretch | None:
        """Writes the files; None where nothing was encoded. Raises BadBox."""
        with file.open("rb") as stream:
            opening = _read_opening(stream)
            self._start(opening)
            fragments = _read_fragments(stream)
            segments: list[Segment] = []
            while some := list(islice(fragments, self._place.fragments_in_segment)):
                segments.append(self._write(self._place.first_segment + len(segments), some))
        if not segments:
            return None
        name = f"{self._place.name}-init.mp4"
        (self._into / name).write_bytes(opening)
        return Stretch(
            name=self._place.name,
            codecs=codecs_of(opening),
            opening=name,
            segments=tuple(segments),
            channels=self._place.channels,
            digest=hashlib.sha256(opening).hexdigest(),
        )

    def _start(self, opening: bytes) -> None:
        self._timescale = timescale_of(opening)
        ticks = self._place.start * self._timescale
        if ticks.denominator != 1:
            raise BadBox("The clock of the stream does not fit its pictures.")
        self._time = ticks.numerator

    def _write(self, number: int, fragments: Sequence[Fragment]) -> Segment:
        name = f"{self._place.name}-{number:05d}.m4s"
        key_frames, size, began = [], 0, self._time
        with (self._into / name).open("wb") as file:
            for fragment in fragments:
                self._put(fragment)
                key_frames.append(self._key_frame(fragment, size))
                size += file.write(fragment.moof) + file.write(fragment.mdat)
        return Segment(
            name=name,
            seconds=(self._time - began) / self._timescale,
            size=size,
            key_frames=() if self._place.channels else tuple(key_frames),
        )

    def _put(self, fragment: Fragment) -> None:
        """Numbers are counted on, and times added up: where the tool's own ones leave off does not matter."""
        self._sequence += 1
        put_at(fragment.moof, sequence=self._sequence, time=self._time)
        self._time += fragment.run.ticks
        self.samples += fragment.run.count

    def _key_frame(self, fragment: Fragment, start: int) -> KeyFrame:
        seconds = fragment.run.ticks / self._timescale
        return KeyFrame(start=start, size=fragment.first_sample_end, seconds=seconds)


def _read_opening(stream: BufferedIOBase) -> bytes:
    """All up to the end of `moov`."""
    opening = b""
    while (box := read_box(stream)) is not None:
        opening += box[1]
        if box[0] == b"moov":
            return opening
    raise BadBox("There is no moov.")


def _read_fragments(stream: BufferedIOBase) -> Iterator[Fragment]:
    moof: bytearray | None = None
    while (box := read_box(stream)) is not None:
        kind, data = box
        if kind == b"moof":
            moof = bytearray(data)
        elif kind == b"mdat" and moof is not None:
            yield Fragment(moof, read_run(moof), data)
            moof = None
