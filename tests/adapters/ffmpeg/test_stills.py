"""Still pictures of films."""

import math
import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageStat

from killrvideo.adapters.ffmpeg import storyboards
from killrvideo.adapters.ffmpeg.transcoder import FfmpegTranscoder
from killrvideo.domain.media import Storyboard
from tests.adapters.ffmpeg.films import nobody
from tests.clips import DARKEST, SHADES, STEP, Clips


async def test_a_telling_picture_is_not_the_black_one_before_the_film(
    clips: Clips, transcoder: FfmpegTranscoder, tmp_path: Path
) -> None:
    clip = clips.begins_black()
    source = await transcoder.probe(clip)

    png = await transcoder.frame(clip, source, tmp_path)

    assert png is not None
    assert os.listdir(tmp_path) == []
    picture = Image.open(BytesIO(png))
    assert (picture.format, picture.size, picture.mode) == ("PNG", (320, 180), "RGB")
    assert ImageStat.Stat(picture.convert("L")).stddev[0] > 20


@pytest.mark.parametrize(
    "name", ["single", "unindexed", "late_pictures", "still_with_sound", "recorded_live", "bright"]
)
async def test_there_is_some_picture_of_every_film(
    name: str, clips: Clips, transcoder: FfmpegTranscoder, tmp_path: Path
) -> None:
    clip = getattr(clips, name)()
    source = await transcoder.probe(clip)
    png = await transcoder.frame(clip, source, tmp_path)
    board = await transcoder.storyboard(clip, source, tmp_path, nobody)

    assert png is not None
    assert Image.open(BytesIO(png)).size == (64, 36)
    assert board is not None
    assert board.tiles == len(tiles_of(board, tmp_path)) == math.ceil(source.seconds)


async def test_pictures_are_turned_and_square(
    clips: Clips, transcoder: FfmpegTranscoder, tmp_path: Path
) -> None:
    for clip, size, tile in ((clips.upright(), (360, 640), (90, 160)), (clips.odd(), (428, 243), (160, 90))):
        source = await transcoder.probe(clip)
        png = await transcoder.frame(clip, source, tmp_path)
        board = await transcoder.storyboard(clip, source, tmp_path, nobody)

        assert png is not None
        assert Image.open(BytesIO(png)).size == size
        assert board is not None
        assert (board.width, board.height) == tile


async def test_sound_alone_has_no_pictures(
    clips: Clips, transcoder: FfmpegTranscoder, tmp_path: Path
) -> None:
    for clip in (clips.sound_only(), clips.with_cover()):
        source = await transcoder.probe(clip)

        assert not source.has_pictures
        assert await transcoder.frame(clip, source, tmp_path) is None
        assert await transcoder.storyboard(clip, source, tmp_path, nobody) is None


def tiles_of(board: Storyboard, folder: Path) -> list[float]:
    """How light each is in the middle."""
    found = []
    for at in range(board.tiles):
        sheet, place = divmod(at, board.columns * board.rows)
        row, column = divmod(place, board.columns)
        left, top = column * board.width, row * board.height
        with Image.open(folder / board.sheets[sheet]) as opened:
            assert opened.format == "JPEG"
            tile = opened.convert("L").crop((left, top, left + board.width, top + board.height))
            found.append(ImageStat.Stat(tile).mean[0])
    return found


def light_of(number: int) -> float:
    """Of a counted picture, once its shade is that of a screen."""
    return (DARKEST + STEP * (number % SHADES) - 16) * 255 / 219


async def test_a_storyboard_has_a_tile_for_each_second_of_a_short_film(
    clips: Clips, transcoder: FfmpegTranscoder, tmp_path: Path
) -> None:
    clip = clips.long()
    told: list[float] = []

    board = await transcoder.storyboard(clip, await transcoder.probe(clip), tmp_path, told.append)

    assert board is not None
    assert (board.every, board.tiles, board.columns, board.rows) == (1, 35, 5, 5)
    assert board.sheets == ("storyboard-00.jpg", "storyboard-01.jpg")
    assert (board.width, board.height) == (160, 120)
    for second, light in enumerate(tiles_of(board, tmp_path)):
        # The last picture of the first half of the second, which has ten in all.
        assert light == pytest.approx(light_of(second * 10 + 4), abs=4), f"of second {second}"
    assert told[-1] == 1.0


async def test_of_a_long_film_only_key_frames_are_decoded(
    clips: Clips, transcoder: FfmpegTranscoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storyboards, "DECODED_WHOLE", 1.0)
    monkeypatch.setattr(storyboards, "TILES_MOST", 5)
    clip = clips.long()
    told: list[float] = []

    board = await transcoder.storyboard(clip, await transcoder.probe(clip), tmp_path, told.append)

    assert board is not None
    assert (board.every, board.tiles) == (10, 4)
    lights = tiles_of(board, tmp_path)
    # x264 sets one key frame in 250 pictures by itself, so the last two are the same.
    assert lights == pytest.approx([light_of(0), light_of(0), light_of(0), light_of(250)], abs=8)
    assert told == sorted(told)
