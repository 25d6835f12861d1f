"""The terms of a text, and its passages with found words marked."""

import pytest

from killrvideo.adapters.analysis import TERM_LONGEST, folded, highlights, stems_of
from tests.builders.accounts import an_account
from tests.builders.videos import a_video

UPLOADER = an_account()


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("Raining rains RAIN", ["rain", "rain", "rain"]),
        ("École e\u0301cole", ["ecol", "ecol"]),
        ("snake_case, C++", ["snake", "case", "c"]),
        ("", []),
        ("東京 Москва", ["東京", "москва"]),
    ],
)
def test_words_are_their_stems(text: str, stems: list[str]) -> None:
    assert stems_of(text) == stems


def test_folded_words_keep_their_endings() -> None:
    assert folded("Universities, École") == ["universities", "ecole"]


def test_what_is_longer_than_any_word_is_cut() -> None:
    assert [len(stem) for stem in stems_of("x" * 5000)] == [TERM_LONGEST]


def test_stems_and_beginnings_are_marked_where_they_stand() -> None:
    video = a_video(UPLOADER, title="🌧 Räins & rainbows", description="It raiñed. Sun.")
    assert highlights(video, frozenset({"rain"}), "rainb") == (
        "🌧 <mark>Räins</mark> &amp; <mark>rainbows</mark>",
        "It <mark>raiñed</mark>. Sun.",
    )


def test_where_nothing_is_found_there_is_no_passage() -> None:
    video = a_video(UPLOADER, title="Sun", description=None)
    assert highlights(video, frozenset({"rain"}), None) == ()
