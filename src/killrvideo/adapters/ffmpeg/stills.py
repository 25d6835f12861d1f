"""A telling picture of a film: one that shows something."""

from pathlib import Path
from statistics import fmean, pstdev
from tempfile import TemporaryDirectory

from killrvideo.adapters.ffmpeg.failures import DAMAGED
from killrvideo.adapters.ffmpeg.inspecting import Inspection
from killrvideo.adapters.ffmpeg.pictures import dimmed, taken
from killrvideo.adapters.ffmpeg.tool import Ffmpeg, Work
from killrvideo.domain.errors import UnusableFile

MOMENTS = (0.1, 0.2, 0.3, 0.5, 0.75, 0.0)
"""Where one is looked for, as parts of the film, until one is found."""
CHOICE = 8
APART = 0.5
"""Of so many pictures from there on, so many seconds apart, the most usual one is taken."""
GLANCE = 32
"""Pixels a side in which a picture is judged."""
CONTRAST_ENOUGH = 24.0
LIGHT_ENOUGH = range(20, 236)
"""Of 256 steps from black to white: the standard deviation, and the mean."""
BYTES_OF_PIXEL = 4


async def telling_frame(ffmpeg: Ffmpeg, file: Path, inspection: Inspection, into: Path) -> bytes:
    """As PNG; ``into`` has room for one meanwhile. Raises UnusableFile, ToolFailed."""
    best, most = None, -1.0
    for part in MOMENTS:
        png, glance = await _look(ffmpeg, file, inspection, part, into)
        contrast = pstdev(glance) if png else -1.0
        if contrast > most:
            best, most = png, contrast
        if most >= CONTRAST_ENOUGH and round(fmean(glance)) in LIGHT_ENOUGH:
            break
    if not best:
        raise UnusableFile(DAMAGED)
    return best


async def _look(
    ffmpeg: Ffmpeg, file: Path, inspection: Inspection, part: float, into: Path
) -> tuple[bytes, bytes]:
    """The picture, and a small grey copy; both empty where none can be decoded."""
    source = inspection.source
    glance: list[bytes] = []
    with TemporaryDirectory(dir=into) as folder:
        png = Path(folder) / "frame.png"
        work = Work(
            what="frame",
            file=file,
            container=source.container,
            since=part * source.seconds,
            seconds=CHOICE * APART,
            arguments=_arguments(inspection, part * source.seconds, png),
            pixels=source.pixels,
            bytes_out=source.pixels * BYTES_OF_PIXEL,
            take=glance.append,
        )
        try:
            await ffmpeg.run(work)
        except UnusableFile:
            return b"", b""
        return (png.read_bytes(), b"".join(glance)) if png.exists() else (b"", b"")


def _arguments(inspection: Inspection, since: float, png: Path) -> list[str]:
    width, height = inspection.source.width, inspection.source.height
    steps = [
        *taken(inspection),
        *([f"trim=start={since:.6f}"] if since else []),
        f"select='isnan(prev_selected_t)+gte(t-prev_selected_t,{APART})'",
        f"thumbnail={CHOICE}",
        *dimmed(inspection, width, height),
        f"scale={width}:{height},setsar=1,split[full][copy]",
    ]
    graph = (
        f"[0:{inspection.picture_stream}]{','.join(steps)};[copy]scale={GLANCE}:{GLANCE},format=gray[glance]"
    )
    return [
        *("-filter_complex", graph),
        *("-map", "[full]", "-frames:v", "1", "-c:v", "png", "-pix_fmt", "rgb24", "-update", "1"),
        *("-map_metadata", "-1", "-f", "image2", str(png)),
        *("-map", "[glance]", "-frames:v", "1", "-c:v", "rawvideo", "-f", "rawvideo", "pipe:1"),
    ]
