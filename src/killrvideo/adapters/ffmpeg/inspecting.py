"""What is known of a file before it is decoded, and whether it is one that we take in."""

import asyncio
import json
import sys
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from pathlib import Path
from typing import Any

from killrvideo.adapters.ffmpeg.failures import refusal
from killrvideo.adapters.ffmpeg.sandbox import GIGABYTE, Allowance, Sandbox
from killrvideo.domain.errors import ToolFailed, UnusableFile
from killrvideo.domain.media import FileLimits, Source

PROBE = Allowance(seconds=300, processor_seconds=300, memory=4 * GIGABYTE, file_bytes=0)
EXACT = ("avi", "matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2", "wav")
"""Containers whose headers know how long they are; others guess it from their size."""
MISSING_SECONDS = 2.0
MISSING_SHARE = 0.02
"""So much of what is promised may be missing: more is a file that was cut off."""
CLOCK_JUMP_MOST = 5.0
"""Seconds."""
REMEMBERED = 64
"""Files whose inspection is kept in memory, since each of their groups asks for it."""
RATE_LEAST = Fraction(1, 1001)
"""Pictures in a second, where there are any: fewer are counted as so many."""
HELD_MOST = 20
"""A film whose last picture stays for so many times as long as all pictures take is a still: it needs no more
pictures in a second than it has on average.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A source, and what only its transcoding needs to know."""

    source: Source
    start: float
    """Where the film begins by the file's clock, in seconds: with its first picture or sound."""
    picture_stream: int | None
    sound_stream: int | None
    channels: int = 0
    matrix: int = 2
    """How colours are encoded, and how light is (`transfer`), by the numbers of ITU-T H.273; 2 is unknown."""
    transfer: int = 2
    interlaced: bool = False
    pictures_end: float = inf
    """Second of the film after which no new picture comes."""
    key_gap: float = 0.0
    """Seconds from one key frame to the next, at most."""


class Inspector:
    def __init__(self, sandbox: Sandbox, limits: FileLimits) -> None:
        self._sandbox = sandbox
        self._limits = limits
        self._remembered: dict[tuple[str, int, int], Inspection] = {}

    async def inspect(self, file: Path) -> Inspection:
        """Raises UnusableFile, ToolFailed."""
        stat = await asyncio.to_thread(file.stat)
        key = (str(file), stat.st_size, stat.st_mtime_ns)
        if key not in self._remembered:
            inspection = read_inspection(await self._ask(file), self._limits)
            while len(self._remembered) >= REMEMBERED:
                del self._remembered[next(iter(self._remembered))]
            self._remembered[key] = inspection
        return self._remembered[key]

    async def _ask(self, file: Path) -> dict[str, Any]:
        command = [sys.executable, "-I", "-m", "killrvideo.adapters.ffmpeg.probing"]
        answer: list[bytes] = []
        finished = await self._sandbox.run(
            [*command, str(file), str(self._limits.most_pixels)], PROBE, answer.append
        )
        if finished.code != 0:
            raise refusal("probe", finished)
        try:
            found: dict[str, Any] = json.loads(b"".join(answer))
        except ValueError:
            raise ToolFailed("The file could not be looked into; this can be tried again.") from None
        return found


def read_inspection(found: dict[str, Any], limits: FileLimits) -> Inspection:
    """What the probing program wrote, checked. Raises UnusableFile."""
    if "unusable" in found:
        raise UnusableFile(str(found["unusable"]))
    pictures, sound = found["pictures"] or {}, found["sound"] or {}
    if found["frames"] == 0:
        pictures = {}
    if found["heard_packets"] == 0:
        sound = {}
    source = Source(
        size=found["size"],
        container=found["container"],
        seconds=found["seconds"],
        width=pictures.get("width", 0),
        height=pictures.get("height", 0),
        frame_rate=_rate(found, Fraction(pictures.get("told_rate", "0"))),
        has_sound=bool(sound),
        video_codec=pictures.get("codec"),
        audio_codec=sound.get("codec"),
    )
    _check(source, found, limits)
    return Inspection(
        source=source,
        start=found["start"],
        picture_stream=pictures.get("index"),
        sound_stream=sound.get("index"),
        channels=sound.get("channels", 0),
        matrix=pictures.get("matrix", 2),
        transfer=pictures.get("transfer", 2),
        interlaced=pictures.get("interlaced", False),
        pictures_end=found["shown_end"],
        key_gap=found["key_gap"],
    )


def _rate(found: dict[str, Any], told: Fraction) -> Fraction:
    """As it was counted; what the file tells is more exact, where it tells about the same."""
    seconds = found["shown_seconds"] or found["seconds"]
    if not found["frames"] or seconds <= 0:
        return Fraction(0)
    if found["seconds"] > HELD_MOST * seconds:
        seconds = found["seconds"]
    counted = max(RATE_LEAST, Fraction(found["frames"] / seconds).limit_denominator(1001))
    return told if abs(told - counted) <= counted / 100 else counted


def _check(source: Source, found: dict[str, Any], limits: FileLimits) -> None:
    if not source.has_pictures and not source.has_sound:
        raise UnusableFile("There are neither pictures nor sound in the file.")
    if found["jump"] > CLOCK_JUMP_MOST:
        raise UnusableFile(
            "The file is joined of others whose clocks do not fit together; convert it to MP4 first."
        )
    longest = limits.longest.total_seconds()
    if source.seconds <= 0:
        raise UnusableFile("The file has no length: nothing in it says when to show it.")
    if source.seconds > longest:
        raise UnusableFile(
            f"The film is too long: {source.seconds / 3600:,.1f} hours; {longest / 3600:g} are taken."
        )
    _check_pictures(source, limits)
    if source.has_pictures:
        _check_distances(source, found, limits)
    promised = found["promised"] if source.container in EXACT else None
    if promised is not None:
        missing = promised - source.seconds
        if missing > max(MISSING_SECONDS, promised * MISSING_SHARE):
            raise UnusableFile(
                f"The file is incomplete: it ends after {source.seconds:,.1f} of {promised:,.1f} seconds."
            )


def _check_pictures(source: Source, limits: FileLimits) -> None:
    if max(source.width, source.height) > limits.largest_side or (
        source.width * source.height > limits.most_pixels
    ):
        raise UnusableFile(
            f"Its pictures are too large: {source.width:,} times {source.height:,} pixels; "
            f"{limits.largest_side:,} a side are taken."
        )
    if source.frame_rate > limits.fastest:
        raise UnusableFile(
            f"It has {float(source.frame_rate):,.0f} pictures in a second; {limits.fastest} are the most."
        )


def _check_distances(source: Source, found: dict[str, Any], limits: FileLimits) -> None:
    """What is held for hours is little to send, and as much to encode as a film."""
    most = limits.held + found["frames"] * limits.held_each
    if source.seconds > most.total_seconds():
        hours = source.seconds / 3600
        raise UnusableFile(
            f"Too few pictures for its length: it has {found['frames']:,} in {hours:,.1f} hours."
        )
    if found["longest_run"] > limits.longest_run:
        raise UnusableFile(
            f"Its key frames are too far apart: one in {found['longest_run']:,} pictures, and one in "
            f"{limits.longest_run:,} is needed; convert it first."
        )
