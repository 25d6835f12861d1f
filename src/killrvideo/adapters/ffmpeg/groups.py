"""Encoding the pictures of one group of segments: decoded once, for all rungs."""

import asyncio
from collections.abc import Sequence
from fractions import Fraction
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from killrvideo.adapters.ffmpeg import progress
from killrvideo.adapters.ffmpeg.boxes import BadBox
from killrvideo.adapters.ffmpeg.cutting import Cutter, Place
from killrvideo.adapters.ffmpeg.inspecting import Inspection
from killrvideo.adapters.ffmpeg.pictures import Effort, Frames, encoding, filters, frames_of
from killrvideo.adapters.ffmpeg.tool import Ffmpeg, Work
from killrvideo.domain.errors import ToolFailed, UnusableFile
from killrvideo.domain.ladder import KEY_FRAMES_IN_SEGMENT, SEGMENTS_IN_GROUP, Ladder
from killrvideo.service_interfaces.progress import Told
from killrvideo.service_interfaces.transcoder import Stretch

SLOWEST = 30.0
"""Seconds that one of the film may take: large pictures, in many sizes, on a busy machine."""
EARLIER = 1.0
MUCH_EARLIER = 15.0
EARLIEST = 600.0
"""Seconds before a group at which reading begins.

A file with an index is read from the key frame before. Others are searched for the time, which may lead into
the middle of what cannot be decoded: then too few pictures come out, and reading begins earlier, also by as
much as key frames are apart. It does not begin anew for every group of a long film, which would take days.
"""


class GroupEncoder:
    """One call for one group."""

    def __init__(
        self, ffmpeg: Ffmpeg, effort: Effort, file: Path, inspection: Inspection, ladder: Ladder
    ) -> None:
        self._ffmpeg = ffmpeg
        self._effort = effort
        self._file = file
        self._inspection = inspection
        self._ladder = ladder

    async def encode(self, number: int, into: Path, told: Told) -> Sequence[Stretch]:
        """Empty where there are no pictures at all. Raises UnusableFile, ToolFailed."""
        frames = frames_of(self._ladder, number)
        start = float(frames.first / self._ladder.frame_rate)
        for since in self._beginnings(start):
            with TemporaryDirectory(dir=into) as folder:
                scratch = Path(folder)
                if await self._is_read(frames, since, scratch, told):
                    made = await asyncio.to_thread(self._cut, number, frames.count, scratch, into)
                    if made:
                        return made
        if since > 0:
            raise UnusableFile(
                f"The film is damaged: no picture after minute {since / 60:.0f} can be decoded."
            )
        return ()

    def _beginnings(self, start: float) -> Sequence[float]:
        """Where reading may begin, in seconds, the latest first; not behind the last picture."""
        known = min(start, self._inspection.pictures_end)
        earlier = EARLIER, MUCH_EARLIER, self._inspection.key_gap + EARLIER, EARLIEST
        return sorted({max(0.0, known - one) for one in earlier}, reverse=True)

    async def _is_read(self, frames: Frames, since: float, scratch: Path, told: Told) -> bool:
        """Whether ffmpeg made anything of it. Raises UnusableFile only of the whole film, and ToolFailed."""
        try:
            await self._ffmpeg.run(self._work(frames, since, scratch, told))
        except UnusableFile:
            if since == 0:
                raise
            return False
        return True

    def _work(self, frames: Frames, since: float, scratch: Path, told: Told) -> Work:
        rungs = self._ladder.rungs
        graph = filters(self._inspection, self._ladder, frames, from_beginning=since == 0)
        outputs = [
            encoding(rung, at, self._ladder, self._effort, scratch / rung.name)
            for at, rung in enumerate(rungs)
        ]
        start, length = (float(count / self._ladder.frame_rate) for count in (frames.first, frames.count))
        return Work(
            what="group",
            slowest=SLOWEST,
            file=self._file,
            container=self._inspection.source.container,
            since=since,
            seconds=length + min(start - since, EARLIEST),
            pixels=self._inspection.source.pixels,
            encoded=sum(rung.width * rung.height for rung in rungs),
            arguments=[*progress.ARGUMENTS, "-filter_complex", graph, *chain.from_iterable(outputs)],
            bytes_out=length * rungs[-1].most_kilobits * 1000 / 8,
            take=progress.Progress("frame", frames.count, told).take,
        )

    def _cut(self, number: int, count: int, scratch: Path, into: Path) -> Sequence[Stretch]:
        """Empty unless all pictures are there."""
        made = []
        for rung in self._ladder.rungs:
            cutter = Cutter(into, self._place(rung.name, number))
            try:
                stretch = cutter.cut(scratch / rung.name)
            except BadBox as why:
                raise ToolFailed(f"The encoder wrote what cannot be cut: {why}") from why
            if stretch is None or cutter.samples != count:
                return ()
            made.append(stretch)
        return tuple(made)

    def _place(self, name: str, number: int) -> Place:
        return Place(
            name=name,
            fragments_in_segment=KEY_FRAMES_IN_SEGMENT,
            first_segment=number * SEGMENTS_IN_GROUP,
            start=number * self._ladder.frames_in_group / Fraction(self._ladder.frame_rate),
        )
