"""What a video begins with, whatever was sent with its file."""

import pytest

from killrvideo.domain.upload_metadata import UNTITLED, description_of, language_of, tags_of, title_of


@pytest.mark.parametrize(
    ("metadata", "title"),
    [
        ({"title": "  An hour\nof rain ", "filename": "x.mp4"}, "An hour of rain"),
        ({"title": "ab", "filename": "My film.final.mp4"}, "My film.final"),
        ({"filename": "/home/ann/My film.mp4"}, "My film"),
        ({"title": "R\x00e\x07gen"}, "Regen"),
        ({"title": "long " * 100}, ("long " * 30).strip()),
        ({"title": "x" * 149 + " yy"}, "x" * 149),
        ({"filename": "a.mp4"}, UNTITLED),
        ({}, UNTITLED),
    ],
)
def test_a_title_is_what_was_said_or_the_name_of_the_file(metadata: dict[str, str], title: str) -> None:
    assert title_of(metadata) == title


def test_a_description_is_cut_where_it_is_too_long() -> None:
    assert description_of({"description": " It rains.\n\tAgain. "}) == "It rains.\n\tAgain."
    assert description_of({"description": "x" * 6000}) == "x" * 5000
    assert description_of({"description": " \x00 "}) is None
    assert description_of({}) is None


def test_tags_stand_between_commas() -> None:
    assert tags_of({"tags": "Jazz, late  night,,jazz,"}) == ("Jazz", "late night")
    assert len(tags_of({"tags": ",".join(map(str, range(100)))})) == 30
    assert tags_of({"tags": "x" * 60}) == ("x" * 50,)
    assert tags_of({}) == ()


@pytest.mark.parametrize(
    ("told", "language"), [("pt-br", "pt-BR"), (" en ", "en"), ("Klingon!", None), ("", None)]
)
def test_a_language_is_a_tag_or_not_known(told: str, language: str | None) -> None:
    assert language_of({"language": told}) == language
