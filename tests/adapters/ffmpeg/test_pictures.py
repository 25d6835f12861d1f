"""Pictures of streams: every one at its time, in every rung, whatever the source and wherever groups meet."""

import os
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from killrvideo.adapters.ffmpeg.transcoder import FfmpegTranscoder
from killrvideo.domain.ladder import KEY_FRAMES_IN_SEGMENT, SEGMENTS_IN_GROUP, ladder_of
from tests.adapters.ffmpeg.films import Film, Films, nobody, shown
from tests.clips import SHADES, Clips, number_of

COUNTED = ("plain", "ntsc", "long", "silent", "recorded_live", "unindexed", "with_a_rest", "single")
"""Clips that show number after number at their own rate."""


async def film_of(name: str, clips: Clips, films: Films) -> Film:
    return await films.of(getattr(clips, name)())


@pytest.mark.parametrize("name", COUNTED)
async def test_every_picture_is_shown_once_at_its_time(name: str, clips: Clips, films: Films) -> None:
    film = await film_of(name, clips, films)

    for stream in film.rungs:
        pictures = shown(film.assembled(stream))
        assert [picture.at for picture in pictures] == [
            number / film.ladder.frame_rate for number in range(film.ladder.frames)
        ]
        assert [number_of(picture.luma) for picture in pictures] == [
            number % SHADES for number in range(film.ladder.frames)
        ]


@pytest.mark.parametrize("name", COUNTED)
async def test_key_frames_come_every_two_seconds_and_begin_segments(
    name: str, clips: Clips, films: Films
) -> None:
    film = await film_of(name, clips, films)

    for stream in film.rungs:
        keys = [at for at, picture in enumerate(shown(film.assembled(stream))) if picture.is_key]
        assert keys == list(range(0, film.ladder.frames, film.ladder.key_frame_every))
        assert sum(len(segment.key_frames) for segment in stream.segments) == len(keys)
        assert all(len(segment.key_frames) == KEY_FRAMES_IN_SEGMENT for segment in stream.segments[:-1])


@pytest.mark.parametrize("name", ["ntsc", "long"])
async def test_decode_times_go_on_where_groups_meet(name: str, clips: Clips, films: Films) -> None:
    film = await film_of(name, clips, films)
    assert len(film.groups) == 2

    for stream in film.rungs:
        with av.open(str(film.assembled(stream))) as container:
            times = [
                packet.dts * packet.time_base
                for packet in container.demux(video=0)
                if packet.dts is not None and packet.time_base is not None
            ]
        assert {later - earlier for earlier, later in pairwise(times)} == {1 / film.ladder.frame_rate}


async def test_every_group_has_the_same_opening(clips: Clips, films: Films, tmp_path: Path) -> None:
    film = await films.of(clips.long())
    openings = []

    for number in range(2):
        into = tmp_path / str(number)
        into.mkdir()
        made = await films.transcoder.group(
            clips.long(), film.source, film.ladder, number, into, lambda _: None
        )
        openings.append([(into / stretch.opening).read_bytes() for stretch in made])

    assert openings[0] == openings[1]
    assert [one.digest for one in film.groups[0]] == [one.digest for one in film.groups[1]]
    assert len({one.digest for one in film.groups[0]}) == 2
    assert len(set(openings[0])) == 2, "two rungs"


async def test_segments_are_numbered_through_all_groups(clips: Clips, films: Films) -> None:
    film = await films.of(clips.long())

    first, second = (group[0].segments for group in film.groups)
    assert [segment.name for segment in (*first, *second)] == [f"240p-{at:05d}.m4s" for at in range(6)]
    assert len(first) == SEGMENTS_IN_GROUP
    assert [segment.seconds for segment in (*first, *second)] == [6.0] * 5 + [5.0]


async def test_pictures_that_come_as_they_like_are_held_until_the_next_one(
    clips: Clips, films: Films
) -> None:
    film = await films.of(clips.variable())
    taken = [n for n in range(300) if n % 7 < 2 and not 100 <= n <= 180]
    rate = film.ladder.frame_rate

    for number, picture in enumerate(shown(film.assembled(film.rung(0)))):
        before = [n for n in taken if round_half_up(Fraction(n, 25) * rate) <= number]
        assert number_of(picture.luma) == before[-1] % SHADES, f"at {float(picture.at)} seconds"


def round_half_up(number: Fraction) -> int:
    return int(number + Fraction(1, 2))


async def test_the_last_picture_stays_while_sound_goes_on(clips: Clips, films: Films) -> None:
    film = await films.of(clips.still_with_sound())
    pictures = shown(film.assembled(film.rung(0)))

    assert len(pictures) == film.ladder.frames == 165
    assert {number_of(picture.luma) for picture in pictures[4:]} == {4}


@pytest.mark.parametrize(("name", "first"), [("apart", 630 * 5), ("still_for_long", None)])
async def test_a_group_late_in_a_film_needs_no_reading_from_its_beginning(
    name: str, first: int | None, clips: Clips, transcoder: FfmpegTranscoder, tmp_path: Path
) -> None:
    clip = getattr(clips, name)()
    source = await transcoder.probe(clip)
    made = await transcoder.group(clip, source, ladder_of(source), 21, tmp_path, nobody)
    whole = tmp_path / "whole.mp4"
    names = [made[0].opening, *(segment.name for segment in made[0].segments)]
    whole.write_bytes(b"".join((tmp_path / one).read_bytes() for one in names))

    numbers = [number_of(picture.luma) for picture in shown(whole)]
    if first is None:
        assert set(numbers) == {4}, "the last picture stays"
    else:
        assert numbers == [number % SHADES for number in range(first, first + len(numbers))]


async def test_what_is_a_still_for_most_of_the_time_is_shown_as_one(
    clips: Clips, transcoder: FfmpegTranscoder
) -> None:
    """Or a second of pictures would be hours of work."""
    ladder = ladder_of(await transcoder.probe(clips.quick_then_still()))

    assert (ladder.frame_rate, ladder.frames) == (Fraction(5), 150)


async def test_what_says_that_it_lies_on_its_side_is_turned(clips: Clips, films: Films) -> None:
    film = await films.of(clips.upright())

    assert (film.source.width, film.source.height) == (360, 640)
    with av.open(str(film.assembled(film.rung(0)))) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (240, 426)
        assert next(container.decode(stream)).rotation == 0


async def test_streams_are_what_every_player_decodes(clips: Clips, films: Films) -> None:
    film = await films.of(clips.odd())

    with av.open(str(film.assembled(film.rung(0)))) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        assert (stream.width, stream.height) == (422, 240)
        assert (context.pix_fmt, context.profile) == ("yuv420p", "High")
        assert (context.colorspace, context.color_trc, context.color_primaries) == (1, 1, 1)
        assert stream.sample_aspect_ratio in {None, 1}
    assert film.rung(0).codecs.startswith("avc1.6400")


async def test_what_is_too_bright_for_ordinary_screens_is_dimmed(clips: Clips, films: Films) -> None:
    film = await films.of(clips.bright())

    # White paper, which is to leave room for what shines; undone it would be 144.
    assert {round(one.luma / 10) for one in shown(film.assembled(film.rung(0)))} == {18}


async def test_lines_of_two_pictures_are_not_shown_together(clips: Clips, films: Films) -> None:
    film = await films.of(clips.interlaced())

    with av.open(str(film.assembled(film.rung(0)))) as container:
        _, *frames, _ = container.decode(video=0)
    for frame in frames:
        lines = np.frombuffer(bytes(frame.planes[0]), np.uint8).reshape(-1, frame.planes[0].line_size)
        assert np.std(lines[4:32, 0]) < 20, "no comb of black and white"


async def test_how_far_a_group_is_is_told(clips: Clips, films: Films, tmp_path: Path) -> None:
    film = await films.of(clips.plain())
    told: list[float] = []

    await films.transcoder.group(clips.plain(), film.source, film.ladder, 0, tmp_path, told.append)

    assert told == sorted(told)
    assert told[-1] == 1.0


async def test_nothing_but_streams_is_left_behind(clips: Clips, films: Films, tmp_path: Path) -> None:
    film = await films.of(clips.plain())

    made = await films.transcoder.group(clips.plain(), film.source, film.ladder, 0, tmp_path, lambda _: None)

    named = {stretch.opening for stretch in made} | {one.name for stretch in made for one in stretch.segments}
    assert set(os.listdir(tmp_path)) == named
    for stretch in made:
        assert all((tmp_path / one.name).stat().st_size == one.size for one in stretch.segments)
