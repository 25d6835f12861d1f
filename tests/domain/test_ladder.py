"""In what sizes a film is offered, and how its time is divided."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from killrvideo.domain.ladder import FASTEST, KEY_FRAME_SECONDS, ladder_of
from killrvideo.domain.media import Source

FILM = Source(
    size=1, container="mp4", seconds=60.0, width=1920, height=1080, frame_rate=Fraction(25), has_sound=True
)
NTSC = Fraction(30_000, 1001)


def test_a_film_is_offered_in_all_usual_sizes_up_to_its_own() -> None:
    rungs = ladder_of(FILM).rungs

    assert [(rung.name, rung.width, rung.height) for rung in rungs] == [
        ("240p", 426, 240),
        ("360p", 640, 360),
        ("480p", 854, 480),
        ("720p", 1280, 720),
        ("1080p", 1920, 1080),
    ]


def test_a_film_that_stands_upright_is_measured_by_its_width() -> None:
    upright = ladder_of(replace(FILM, width=720, height=1280)).rungs

    assert [(rung.width, rung.height) for rung in upright][-2:] == [(480, 854), (720, 1280)]


def test_the_site_may_offer_less_than_the_source_has() -> None:
    assert [rung.name for rung in ladder_of(FILM, highest=480).rungs] == ["240p", "360p", "480p"]


def test_a_film_smaller_than_all_sizes_keeps_its_own_size_made_even() -> None:
    assert [(rung.width, rung.height) for rung in ladder_of(replace(FILM, width=181, height=103)).rungs] == [
        (180, 102)
    ]


def test_sound_alone_has_no_rungs() -> None:
    assert ladder_of(replace(FILM, width=0, height=0, frame_rate=Fraction(0))).rungs == ()


def test_rungs_differ_by_half_to_double_as_apple_wants_it() -> None:
    kilobits = [
        rung.most_kilobits for rung in ladder_of(replace(FILM, width=3840, height=2160), highest=2160).rungs
    ]

    assert all(1.5 <= more / less <= 2 for less, more in pairwise(kilobits))


def test_a_faster_film_takes_more_bits() -> None:
    slow, fast = ladder_of(FILM).rungs[-1], ladder_of(replace(FILM, frame_rate=Fraction(50))).rungs[-1]

    assert fast.most_kilobits == 1.5 * slow.most_kilobits


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (Fraction(25), Fraction(25)),
        (Fraction(18), Fraction(18)),
        (NTSC, NTSC),
        (Fraction(2997, 100), NTSC),  # As some files round it.
        (Fraction(120), Fraction(60)),
        (Fraction(240_000, 1001), Fraction(60_000, 1001)),
        (Fraction(2731, 100), NTSC),  # Counted of a telephone's film.
        (Fraction(1, 10), Fraction(5)),  # Slides.
        (Fraction(1, 1001), Fraction(5)),
        (Fraction(0), Fraction(5)),  # Nothing is known.
    ],
)
def test_pictures_come_at_even_distances(source: Fraction, shown: Fraction) -> None:
    assert ladder_of(replace(FILM, frame_rate=source)).frame_rate == shown


def test_groups_divide_a_film_into_whole_segments() -> None:
    ladder = ladder_of(replace(FILM, frame_rate=NTSC, seconds=63.0))

    assert (ladder.key_frame_every, ladder.frames_in_segment, ladder.frames_in_group) == (60, 180, 900)
    assert (ladder.frames, ladder.groups) == (1888, 3)


def test_a_rest_of_one_key_frame_belongs_to_the_last_group() -> None:
    groups = [ladder_of(replace(FILM, seconds=seconds)).groups for seconds in (0.04, 30.0, 32.0, 32.04)]

    assert groups == [1, 1, 1, 2]


@given(
    st.fractions(min_value=0, max_value=240, max_denominator=1001),
    st.integers(2, 8192),
    st.integers(2, 8192),
    st.floats(0.01, 43_200),
)
def test_whatever_the_source_is_the_ladder_can_be_made(
    rate: Fraction, width: int, height: int, seconds: float
) -> None:
    ladder = ladder_of(replace(FILM, frame_rate=rate, width=width, height=height, seconds=seconds))

    assert 5 <= ladder.frame_rate <= FASTEST
    assert abs(ladder.key_frame_every / ladder.frame_rate - KEY_FRAME_SECONDS) <= Fraction(1, 10)
    last = ladder.frames - (ladder.groups - 1) * ladder.frames_in_group
    assert last <= ladder.frames_in_group + ladder.key_frame_every
    assert last > ladder.key_frame_every or ladder.groups == 1
    for rung in ladder.rungs:
        assert rung.width % 2 == rung.height % 2 == 0
        assert 2 <= rung.width <= width
        assert 2 <= rung.height <= height
