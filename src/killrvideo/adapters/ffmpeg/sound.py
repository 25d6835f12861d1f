"""Encoding the sound of a film, for people and for speech recognition."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from killrvideo.adapters.ffmpeg import progress
from killrvideo.adapters.ffmpeg.boxes import BadBox
from killrvideo.adapters.ffmpeg.cutting import Cutter, Place
from killrvideo.adapters.ffmpeg.inspecting import Inspection
from killrvideo.adapters.ffmpeg.tool import Ffmpeg, Work
from killrvideo.domain.errors import ToolFailed, UnusableFile
from killrvideo.domain.ladder import KEY_FRAME_SECONDS, KEY_FRAMES_IN_SEGMENT
from killrvideo.service_interfaces.progress import Told
from killrvideo.service_interfaces.transcoder import Stretch

NAME = "sound"
RATE = 48_000
BITS = 128_000
ENCODER_DELAY = 1024
"""Samples by which what ffmpeg's AAC encoder writes comes late.

As many are left out at the beginning: so each sample is heard at its time, and no player needs an edit list.
"""
SEGMENT_MICROSECONDS = KEY_FRAME_SECONDS * KEY_FRAMES_IN_SEGMENT * 1_000_000
HEARD_RATE = 16_000


async def encode_sound(ffmpeg: Ffmpeg, file: Path, inspection: Inspection, into: Path, told: Told) -> Stretch:
    """AAC-LC as long as the film. Raises UnusableFile, ToolFailed."""
    channels = min(2, inspection.channels)
    with TemporaryDirectory(dir=into) as folder:
        whole = Path(folder) / NAME
        await ffmpeg.run(_work(file, inspection, "sound", _encoding(inspection, channels, whole), BITS, told))
        try:
            place = Place(name=NAME, channels=channels)
            stretch = await asyncio.to_thread(Cutter(into, place).cut, whole)
        except BadBox as why:
            raise ToolFailed(f"The encoder wrote what cannot be cut: {why}") from why
    if stretch is None:
        raise UnusableFile("The sound of the file cannot be decoded.")
    return stretch


async def write_wave(ffmpeg: Ffmpeg, file: Path, inspection: Inspection, into: Path) -> Path:
    """Raises UnusableFile, ToolFailed."""
    wave = into / "speech.wav"
    seconds = inspection.source.seconds
    arguments = [
        *("-map", f"0:{inspection.sound_stream}", "-map_metadata", "-1"),
        *("-af", ",".join((*_on_time(inspection, HEARD_RATE), f"atrim=end={seconds:.6f}"))),
        *("-ac", "1", "-c:a", "pcm_s16le", "-fflags", "+bitexact", "-flags:a", "+bitexact"),
        *("-f", "wav", str(wave)),
    ]
    await ffmpeg.run(_work(file, inspection, "wave", arguments, HEARD_RATE * 16, lambda _: None))
    return wave


def _work(file: Path, inspection: Inspection, what: str, arguments: list[str], bits: int, told: Told) -> Work:
    seconds = inspection.source.seconds
    return Work(
        what=what,
        file=file,
        container=inspection.source.container,
        seconds=seconds,
        arguments=[*progress.ARGUMENTS, *arguments],
        bytes_out=seconds * bits / 8,
        take=progress.Progress("out_time_us", seconds * 1_000_000, told).take,
    )


def _on_time(inspection: Inspection, rate: int) -> tuple[str, ...]:
    """Filters that put all sound at its time in the film: silence where there is none."""
    start = f"{inspection.start:.6f}"
    return f"asetpts=round(PTS-{start}/TB)", f"aresample={rate}:async=1:first_pts=0"


def _encoding(inspection: Inspection, channels: int, into: Path) -> list[str]:
    seconds = f"{inspection.source.seconds:.6f}"
    steps = (
        *_on_time(inspection, RATE),
        f"apad=whole_dur={seconds}",
        f"atrim=start_sample={ENCODER_DELAY}:end={seconds}",
        f"asetpts=PTS-STARTPTS+{ENCODER_DELAY}",
    )
    return [
        *("-map", f"0:{inspection.sound_stream}", "-map_metadata", "-1", "-map_chapters", "-1"),
        *("-af", ",".join(steps), "-ac", str(channels), "-ar", str(RATE)),
        *("-c:a", "aac", "-profile:a", "aac_low", "-b:a", str(BITS), "-flags:a", "+bitexact"),
        *(
            "-movflags",
            "+empty_moov+default_base_moof+skip_trailer+skip_sidx",
            "-frag_duration",
            str(SEGMENT_MICROSECONDS),
        ),
        *("-use_editlist", "0", "-write_btrt", "0", "-fflags", "+bitexact", "-f", "mp4", str(into)),
    ]
