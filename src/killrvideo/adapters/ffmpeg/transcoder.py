"""The transcoder that runs ffmpeg."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from killrvideo.adapters.ffmpeg.groups import GroupEncoder
from killrvideo.adapters.ffmpeg.inspecting import Inspection, Inspector
from killrvideo.adapters.ffmpeg.pictures import Effort
from killrvideo.adapters.ffmpeg.sandbox import Sandbox
from killrvideo.adapters.ffmpeg.sound import encode_sound, write_wave
from killrvideo.adapters.ffmpeg.stills import telling_frame
from killrvideo.adapters.ffmpeg.storyboards import StoryboardMaker
from killrvideo.adapters.ffmpeg.tool import Ffmpeg
from killrvideo.domain.ladder import Ladder
from killrvideo.domain.media import FileLimits, Source, Storyboard
from killrvideo.service_interfaces.progress import Told
from killrvideo.service_interfaces.transcoder import Stretch

THREADS_MOST = 12


class FfmpegTranscoder:
    """Keeps Transcoder."""

    def __init__(
        self,
        *,
        ffmpeg: Path | None = None,
        limits: FileLimits | None = None,
        preset: str = "veryfast",
        threads: int | None = None,
        niceness: int = 10,
    ) -> None:
        """``ffmpeg`` is the program, in place of the one that comes in a package.

        ``preset`` is x264's: slower ones make smaller files. ``threads`` are those of each coder and decoder;
        without a number some more than there are processors, but few enough to fit into a tool's memory.
        """
        limits = limits or FileLimits()
        threads = threads or min(THREADS_MOST, (os.cpu_count() or 1) * 3 // 2)
        sandbox = Sandbox(niceness=niceness)
        self._inspector = Inspector(sandbox, limits)
        self._ffmpeg = Ffmpeg(sandbox, ffmpeg, limits.most_pixels, threads)
        self._effort = Effort(preset, threads)

    async def making(self) -> str:
        return f"{self._effort.preset} {await self._ffmpeg.version()}"

    async def probe(self, file: Path) -> Source:
        return (await self._inspector.inspect(file)).source

    async def frame(self, file: Path, source: Source, into: Path) -> bytes | None:
        if not source.has_pictures:
            return None
        return await telling_frame(self._ffmpeg, file, await self._inspect(file, source), into)

    async def storyboard(self, file: Path, source: Source, into: Path, told: Told) -> Storyboard | None:
        if not source.has_pictures:
            return None
        inspection = await self._inspect(file, source)
        return await StoryboardMaker(self._ffmpeg, file, inspection).make(into, told)

    async def sound(self, file: Path, source: Source, into: Path, told: Told) -> Stretch:
        inspection = await self._inspect(file, source)
        return await encode_sound(self._ffmpeg, file, inspection, into, told)

    async def group(
        self, file: Path, source: Source, ladder: Ladder, number: int, into: Path, told: Told
    ) -> Sequence[Stretch]:
        inspection = await self._inspect(file, source)
        encoder = GroupEncoder(self._ffmpeg, self._effort, file, inspection, ladder)
        return await encoder.encode(number, into, told)

    async def wave(self, file: Path, source: Source, into: Path) -> Path:
        return await write_wave(self._ffmpeg, file, await self._inspect(file, source), into)

    async def _inspect(self, file: Path, source: Source) -> Inspection:
        """What was written down of the source holds: so all groups are of one film, whoever makes them."""
        return replace(await self._inspector.inspect(file), source=source)
