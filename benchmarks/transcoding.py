"""`make bench-transcoding`: what making all streams of a film costs, beside one command that makes the same.

The command is what somebody would write by hand: one call of ffmpeg that decodes once, encodes every rung and
the sound with the same settings, and lets ffmpeg cut them. We look into the file, make the sound, and then
each group of segments by itself, one after the other, so that a crash costs one group.
"""

import argparse
import asyncio
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import imageio_ffmpeg
from rich.console import Console
from rich.table import Table

from killrvideo.adapters.ffmpeg.pictures import BUFFER, QUALITY
from killrvideo.adapters.ffmpeg.sound import BITS
from killrvideo.adapters.ffmpeg.transcoder import FfmpegTranscoder
from killrvideo.domain.ladder import KEY_FRAME_SECONDS, KEY_FRAMES_IN_SEGMENT, Ladder, ladder_of

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
QUIET = ("-hide_banner", "-loglevel", "error", "-nostdin", "-y")
PRESET = "veryfast"
NICENESS = 10
console = Console()


@dataclass(frozen=True, slots=True)
class Cost:
    wall: float
    processor: float
    """Seconds, of all processes that were started."""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.transcoding", description=__doc__)
    parser.add_argument("--seconds", type=float, default=90.0, help="length of the film (90)")
    parser.add_argument("--size", default="1280x720", help="of its pictures (1280x720)")
    parser.add_argument("--rounds", type=int, default=2, help="turns of each side (2)")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        film = make_film(Path(folder), chosen.size, chosen.seconds)
        costs = [measure(film, Path(folder), number) for number in range(chosen.rounds)]
    tell(costs, chosen.seconds)


def make_film(folder: Path, size: str, seconds: float) -> Path:
    """Moving test pictures with noise, which is hard to encode, and a noise that swells."""
    film = folder / "film.mp4"
    pictures = f"testsrc2=s={size}:r=30:d={seconds},noise=alls=12:allf=t"
    sound = f"anoisesrc=c=pink:d={seconds}:r=48000:a=0.3,tremolo=f=0.5"
    sources = ("-f", "lavfi", "-i", pictures, "-f", "lavfi", "-i", sound)
    encoding = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", "-c:a", "aac")
    subprocess.run([FFMPEG, *QUIET, *sources, *encoding, str(film)], check=True)
    return film


def measure(film: Path, folder: Path, number: int) -> tuple[Cost, Cost]:
    """One turn of each side; who begins changes."""
    ladder = ladder_of(asyncio.run(FfmpegTranscoder().probe(film)))
    sides: list[tuple[str, Callable[[Path], None]]] = [
        ("ours", lambda into: asyncio.run(by_us(film, into))),
        ("by hand", lambda into: by_hand(film, ladder, into)),
    ]
    costs: dict[str, Cost] = {}
    for name, make in sides if number % 2 == 0 else reversed(sides):
        with tempfile.TemporaryDirectory(dir=folder) as into:
            begun, spent = time.monotonic(), _spent()
            make(Path(into))
            costs[name] = Cost(time.monotonic() - begun, _spent() - spent)
        load = os.getloadavg()[0]
        console.print(
            f"{name}: {costs[name].wall:.1f} s, processor {costs[name].processor:.1f} s, load {load:.1f}"
        )
    return costs["ours"], costs["by hand"]


def _spent() -> float:
    """Of this process, too: it cuts what others encode."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


async def by_us(film: Path, into: Path) -> None:
    transcoder = FfmpegTranscoder(preset=PRESET, niceness=NICENESS)
    source = await transcoder.probe(film)
    ladder = ladder_of(source)
    await transcoder.sound(film, source, into, _nobody)
    for number in range(ladder.groups):
        made = await transcoder.group(film, source, ladder, number, into, _nobody)
        assert len(made) == len(ladder.rungs)


def by_hand(film: Path, ladder: Ladder, into: Path) -> None:
    command = [FFMPEG, *QUIET, "-i", str(film), *hand_written(ladder, into)]
    subprocess.run(["nice", "-n", str(NICENESS), *command], check=True)


def hand_written(ladder: Ladder, into: Path) -> list[str]:
    names = [f"v{at}" for at in range(len(ladder.rungs))]
    split = f"[0:v]split={len(names)}" + "".join(f"[{name}in]" for name in names)
    scales = [
        f"[{name}in]scale={rung.width}:{rung.height}[{name}]"
        for name, rung in zip(names, ladder.rungs, strict=True)
    ]
    every = str(ladder.key_frame_every)
    arguments = ["-filter_complex", ";".join([split, *scales])]
    for at, rung in enumerate(ladder.rungs):
        bits = rung.most_kilobits
        arguments += [
            "-map",
            f"[v{at}]",
            f"-maxrate:v:{at}",
            f"{bits}k",
            f"-bufsize:v:{at}",
            f"{round(bits * BUFFER)}k",
        ]
    return [
        *(*arguments, "-map", "0:a"),
        *(
            "-c:v",
            "libx264",
            "-preset",
            PRESET,
            "-profile:v",
            "high",
            "-crf",
            str(QUALITY),
            "-pix_fmt",
            "yuv420p",
        ),
        *("-g", every, "-keyint_min", every, "-sc_threshold", "0"),
        *("-c:a", "aac", "-b:a", str(BITS), "-ac", "2", "-ar", "48000"),
        *(
            "-f",
            "hls",
            "-hls_time",
            str(KEY_FRAME_SECONDS * KEY_FRAMES_IN_SEGMENT),
            "-hls_playlist_type",
            "vod",
        ),
        *("-hls_segment_type", "fmp4", "-master_pl_name", "master.m3u8"),
        *(
            "-var_stream_map",
            " ".join([*(f"v:{at},agroup:sound" for at in range(len(names))), "a:0,agroup:sound"]),
        ),
        *("-hls_segment_filename", str(into / "%v-%05d.m4s"), str(into / "%v.m3u8")),
    ]


def _nobody(_: float) -> None:
    """Listens to no progress."""


def tell(costs: Sequence[tuple[Cost, Cost]], seconds: float) -> None:
    table = Table("", "ours", "by hand", "ratio", title=f"A film of {seconds:g} seconds, {len(costs)} rounds")
    for name in ("wall", "processor"):
        pairs = [(getattr(ours, name), getattr(bare, name)) for ours, bare in costs]
        ours, bare = (median(one) for one in zip(*pairs, strict=True))
        table.add_row(f"{name}, s", f"{ours:.1f}", f"{bare:.1f}", f"{median(a / b for a, b in pairs):.2f}")
    console.print(table)


if __name__ == "__main__":
    main()
