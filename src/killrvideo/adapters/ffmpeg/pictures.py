"""What ffmpeg is asked for to encode the pictures of one group of segments, in all rungs at once."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from killrvideo.adapters.ffmpeg.inspecting import Inspection
from killrvideo.domain.ladder import Ladder, Rung

UNKNOWN = 2
PERCEPTUAL_QUANTIZER = 16
HYBRID_LOG_GAMMA = 18
HIGH_DYNAMIC_RANGE = {PERCEPTUAL_QUANTIZER: "smpte2084", HYBRID_LOG_GAMMA: "arib-std-b67"}
HIGH_DEFINITION = 720
"""Pictures of so many lines that do not say how their colours are encoded follow BT.709, others BT.601."""
QUALITY = 22
"""Constant rate factor; the bit rate is bounded beside it."""
BUFFER = Fraction(3, 2)
"""What a decoder holds, as a multiple of the highest bit rate of a second."""
CLOCK_LEAST = 10_000
"""Ticks in a second."""
MOVFLAGS = "+delay_moov+frag_keyframe+default_base_moof+skip_trailer+skip_sidx"
"""A fragment for each key frame.

Pictures are decoded earlier than they are shown, in every group by as much, which an edit list in the opening
says. (Negative offsets would need none, but players that are made of libavformat show such pictures late.)
"""


@dataclass(frozen=True, slots=True)
class Effort:
    preset: str
    """Of x264: slower ones make smaller files."""
    threads: int
    """Of each encoder."""


@dataclass(frozen=True, slots=True)
class Frames:
    """A group's pictures, counted from the beginning of the film."""

    first: int
    end: int

    @property
    def count(self) -> int:
        return self.end - self.first


def frames_of(ladder: Ladder, number: int) -> Frames:
    first = number * ladder.frames_in_group
    is_last = number == ladder.groups - 1
    return Frames(first, ladder.frames if is_last else first + ladder.frames_in_group)


def filters(inspection: Inspection, ladder: Ladder, frames: Frames, *, from_beginning: bool) -> str:
    """The graph that turns what is decoded into a stream for each rung, called ``[rung0]`` and so on.

    Whatever the source does, pictures come out at the places of one grid of the whole film: what precedes a
    place is shown there, the first picture also before it, the last one up to the end. They are made as small
    as the largest rung first: so what is held costs no memory and little time, however large the source.
    """
    largest = ladder.rungs[-1]
    grid = f"fps=fps={ladder.frame_rate}" + (":start_time=0" if from_beginning else "")
    steps = [
        *taken(inspection),
        f"scale={largest.width}:{largest.height}:flags=bicubic",
        grid,
        "tpad=stop=-1:stop_mode=clone",
        f"trim=start_pts={frames.first}:end_pts={frames.end}",
        "setpts=PTS-STARTPTS",
        *dimmed(inspection, largest.width, largest.height),
        f"split={len(ladder.rungs)}" + "".join(f"[all{at}]" for at in range(len(ladder.rungs))),
    ]
    shared = f"[0:{inspection.picture_stream}]" + ",".join(steps)
    matrix = _matrix(inspection)
    return ";".join(
        [shared, *(f"[all{at}]{_sized(rung, matrix)}[rung{at}]" for at, rung in enumerate(ladder.rungs))]
    )


def taken(inspection: Inspection) -> list[str]:
    """Filters that begin every graph of pictures: whole ones, at their times in the film."""
    start = [f"setpts=round(PTS-{inspection.start:.6f}/TB)"] if inspection.start else []
    whole = ["bwdif=mode=send_frame:deint=interlaced"] if inspection.interlaced else []
    return [*start, *whole]


def _matrix(inspection: Inspection) -> str:
    if inspection.transfer in HIGH_DYNAMIC_RANGE:
        return "bt709"
    if inspection.matrix != UNKNOWN:
        return "auto"
    lines = min(inspection.source.width, inspection.source.height)
    return "bt709" if lines >= HIGH_DEFINITION else "bt601"


def dimmed(inspection: Inspection, width: int, height: int) -> list[str]:
    """Filters that bring brightness which ordinary screens cannot show down to what they can.

    Each step of it is dear, so the pictures are first made as small as they may be.
    """
    transfer = HIGH_DYNAMIC_RANGE.get(inspection.transfer)
    if transfer is None:
        return []
    return [
        f"scale={width}:{height}:flags=bicubic",
        f"zscale=tin={transfer}:pin=bt2020:min=bt2020nc:t=linear:npl=100",
        "format=gbrpf32le",
        "zscale=p=bt709",
        "tonemap=tonemap=hable:desat=0",
        "zscale=t=bt709:m=bt709:r=tv",
        "format=yuv420p",
    ]


def _sized(rung: Rung, matrix: str) -> str:
    return (
        f"scale={rung.width}:{rung.height}:flags=bicubic:in_color_matrix={matrix}"
        ":out_color_matrix=bt709:out_range=tv,format=yuv420p,setsar=1,"
        "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
    )


def encoding(rung: Rung, at: int, ladder: Ladder, effort: Effort, into: Path) -> list[str]:
    """Arguments for one rung's output: the same for every group, so that their openings are."""
    every = str(ladder.key_frame_every)
    return [
        *("-map", f"[rung{at}]", "-map_metadata", "-1", "-map_chapters", "-1"),
        *("-c:v", "libx264", "-preset", effort.preset, "-profile:v", "high", "-crf", str(QUALITY)),
        *("-threads", str(effort.threads)),
        *("-maxrate", f"{rung.most_kilobits}k", "-bufsize", f"{round(rung.most_kilobits * BUFFER)}k"),
        *("-g", every, "-keyint_min", every, "-sc_threshold", "0", "-flags", "+cgop+bitexact"),
        *("-x264-params", "stitchable=1:colorprim=bt709:transfer=bt709:colormatrix=bt709"),
        *("-fps_mode", "passthrough", "-video_track_timescale", str(_clock(ladder.frame_rate))),
        *("-movflags", MOVFLAGS, "-write_btrt", "0"),
        *("-fflags", "+bitexact", "-f", "mp4", str(into)),
    ]


def _clock(rate: Fraction) -> int:
    """Ticks in a second, of which each picture takes a whole number."""
    times = -(-CLOCK_LEAST // rate.numerator)
    return rate.numerator * times
