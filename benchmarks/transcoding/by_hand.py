"""One command of ffmpeg that somebody would write by hand: it makes the film, and all its streams at once."""

import subprocess
from pathlib import Path

import imageio_ffmpeg

from killrvideo.adapters.ffmpeg.pictures import BUFFER, QUALITY
from killrvideo.adapters.ffmpeg.sound import BITS
from killrvideo.domain.ladder import KEY_FRAME_SECONDS, KEY_FRAMES_IN_SEGMENT, Ladder

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
QUIET = ("-hide_banner", "-loglevel", "error", "-nostdin", "-y")
PRESET = "veryfast"
NICENESS = 10


def make_film(folder: Path, size: str, rate: int, seconds: float) -> Path:
    """Moving test pictures with noise, which is hard to encode, and a noise that swells."""
    film = folder / "film.mp4"
    pictures = f"testsrc2=s={size}:r={rate}:d={seconds},noise=alls=12:allf=t"
    sound = f"anoisesrc=c=pink:d={seconds}:r=48000:a=0.3,tremolo=f=0.5"
    sources = ("-f", "lavfi", "-i", pictures, "-f", "lavfi", "-i", sound)
    encoding = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", "-c:a", "aac")
    subprocess.run([FFMPEG, *QUIET, *sources, *encoding, str(film)], check=True)
    return film


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
