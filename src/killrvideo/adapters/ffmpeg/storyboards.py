"""Sheets of small pictures at even distances."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from PIL import Image

from killrvideo.adapters.ffmpeg.failures import DAMAGED
from killrvideo.adapters.ffmpeg.inspecting import Inspection
from killrvideo.adapters.ffmpeg.pictures import dimmed, taken
from killrvideo.adapters.ffmpeg.tool import Ffmpeg, Work
from killrvideo.domain.errors import UnusableFile
from killrvideo.domain.media import Storyboard
from killrvideo.service_interfaces.progress import Told

LONGER_SIDE = 160
COLUMNS = ROWS = 5
TILES_MOST = 100
DISTANCES = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600)
"""Seconds from one tile to the next: the shortest of these that needs no more tiles."""
DECODED_WHOLE = 60.0
"""Seconds; of a longer film only key frames are decoded, those before each tile's time."""
JPEG_QUALITY = 80


@dataclass(frozen=True, slots=True)
class Plan:
    every: int
    tiles: int
    width: int
    height: int

    @property
    def tile_bytes(self) -> int:
        return self.width * self.height * 3


def plan_of(inspection: Inspection) -> Plan:
    source = inspection.source
    every = next((one for one in DISTANCES if source.seconds / one <= TILES_MOST), DISTANCES[-1])
    scale = LONGER_SIDE / max(source.width, source.height)
    width, height = (max(2, round(side * scale / 2) * 2) for side in (source.width, source.height))
    return Plan(every, max(1, ceil(source.seconds / every)), width, height)


class StoryboardMaker:
    def __init__(self, ffmpeg: Ffmpeg, file: Path, inspection: Inspection) -> None:
        self._ffmpeg = ffmpeg
        self._file = file
        self._inspection = inspection
        self._plan = plan_of(inspection)

    async def make(self, into: Path, told: Told) -> Storyboard:
        """Raises UnusableFile, ToolFailed."""
        if self._inspection.source.seconds <= DECODED_WHOLE:
            tiles = await self._at_once()
        else:
            tiles = await self._one_by_one(told)
        sheets = await asyncio.to_thread(_write, tiles, self._plan, into)
        told(1.0)
        return Storyboard(
            every=self._plan.every,
            tiles=len(tiles),
            columns=COLUMNS,
            rows=ROWS,
            width=self._plan.width,
            height=self._plan.height,
            sheets=sheets,
        )

    async def _at_once(self) -> Sequence[bytes]:
        grid = f"fps=fps=1/{self._plan.every}:start_time=0:eof_action=pass"
        held = f"tpad=stop=-1:stop_mode=clone,trim=end_frame={self._plan.tiles}"
        data = await self._decode(f"{grid},{held}", seconds=self._inspection.source.seconds)
        size = self._plan.tile_bytes
        return [data[start : start + size] for start in range(0, len(data) - size + 1, size)]

    async def _one_by_one(self, told: Told) -> Sequence[bytes]:
        """Where there is no picture the one before is shown again."""
        tiles: list[bytes] = []
        missing = 0
        for number in range(self._plan.tiles):
            tile = await self._key_frame(number * self._plan.every)
            if tile:
                tiles += [tiles[-1] if tiles else tile] * missing + [tile]
            missing = 0 if tile else missing + 1
            told((number + 1) / self._plan.tiles)
        return tiles + tiles[-1:] * missing

    async def _key_frame(self, at: float) -> bytes:
        """Empty where there is none."""
        try:
            data = await self._decode("null", since=at, seconds=1, how=("-skip_frame", "nokey"), most=1)
        except UnusableFile:
            return b""
        return data if len(data) == self._plan.tile_bytes else b""

    async def _decode(
        self,
        choice: str,
        *,
        seconds: float,
        since: float = 0.0,
        how: Sequence[str] = (),
        most: int = TILES_MOST,
    ) -> bytes:
        """The pictures that a filter chooses, small, one behind the other as RGB."""
        inspection, plan = self._inspection, self._plan
        steps = [
            *taken(inspection),
            choice,
            *dimmed(inspection, plan.width, plan.height),
            f"scale={plan.width}:{plan.height}:flags=area,setsar=1",
        ]
        data: list[bytes] = []
        work = Work(
            what="storyboard",
            file=self._file,
            container=inspection.source.container,
            since=since,
            seconds=seconds,
            pixels=inspection.source.pixels,
            how=how,
            arguments=[
                *("-filter_complex", f"[0:{inspection.picture_stream}]{','.join(steps)}[tile]"),
                *("-map", "[tile]", "-frames:v", str(most), "-fps_mode", "passthrough"),
                *("-c:v", "rawvideo", "-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"),
            ],
            take=data.append,
        )
        await self._ffmpeg.run(work)
        return b"".join(data)


def _write(tiles: Sequence[bytes], plan: Plan, into: Path) -> tuple[str, ...]:
    if not tiles:
        raise UnusableFile(DAMAGED)
    names: list[str] = []
    for start in range(0, len(tiles), COLUMNS * ROWS):
        name = f"storyboard-{len(names):02d}.jpg"
        _sheet(tiles[start : start + COLUMNS * ROWS], plan).save(
            into / name, quality=JPEG_QUALITY, optimize=True
        )
        names.append(name)
    return tuple(names)


def _sheet(tiles: Sequence[bytes], plan: Plan) -> Image.Image:
    """With as many rows as it has tiles for; what is left of the last one is black."""
    rows = ceil(len(tiles) / COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * plan.width, rows * plan.height))
    for at, tile in enumerate(tiles):
        row, column = divmod(at, COLUMNS)
        picture = Image.frombytes("RGB", (plan.width, plan.height), tile)
        sheet.paste(picture, (column * plan.width, row * plan.height))
    return sheet
