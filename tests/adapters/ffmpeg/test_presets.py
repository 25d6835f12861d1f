"""Whatever preset an operator sets, groups make one stream."""

from itertools import pairwise
from pathlib import Path
from typing import get_args

import av
import pytest

from killrvideo.adapters.ffmpeg.transcoder import FfmpegTranscoder
from killrvideo.settings.fields import Preset
from tests.adapters.ffmpeg.films import Films, shown
from tests.clips import SHADES, Clips, number_of


@pytest.mark.parametrize("preset", get_args(Preset))
async def test_groups_of_each_preset_make_one_stream(preset: str, clips: Clips, tmp_path: Path) -> None:
    """The quickest has no pictures between others, the slowest many."""
    film = await Films(FfmpegTranscoder(preset=preset, threads=2), tmp_path).of(clips.ntsc())
    assert len(film.groups) == 2

    whole = film.assembled(film.rung(0))
    assert [number_of(picture.luma) for picture in shown(whole)] == [
        number % SHADES for number in range(film.ladder.frames)
    ]
    with av.open(str(whole)) as container:
        packets = [*container.demux(video=0)]
    times = [
        packet.dts * packet.time_base
        for packet in packets
        if packet.dts is not None and packet.time_base is not None
    ]
    assert {later - earlier for earlier, later in pairwise(times)} == {1 / film.ladder.frame_rate}
