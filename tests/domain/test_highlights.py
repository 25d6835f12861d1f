"""Passages in which found words are marked."""

import re

import pytest

from killrvideo.domain.highlights import passage

TEXT = "one two three four five six seven eight nine ten"


def marked(text: str, *found: str, most: int = 100) -> str | None:
    words = [(match.start(), match.end()) for match in re.finditer(r"\w+", text)]
    numbers = [number for number, (start, end) in enumerate(words) if text[start:end] in found]
    return passage(text, words, numbers, most)


def test_a_short_text_is_shown_whole_with_what_stands_around_its_words() -> None:
    assert marked("(Rain), again!", "Rain") == "(<mark>Rain</mark>), again!"


def test_nothing_is_shown_where_nothing_is_found() -> None:
    assert marked(TEXT) is None
    assert marked("") is None


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (("one",), "<mark>one</mark> two three…"),
        (("five",), "…four <mark>five</mark> six…"),
        (("ten",), "…eight nine <mark>ten</mark>"),
        (("one", "eight", "nine"), "…<mark>eight</mark> <mark>nine</mark> ten"),
        (("one", "two", "three", "four"), "<mark>one</mark> <mark>two</mark> <mark>three</mark>…"),
    ],
)
def test_of_a_long_text_the_part_with_the_most_found_words_is_shown(
    found: tuple[str, ...], expected: str
) -> None:
    assert marked(TEXT, *found, most=3) == expected


def test_what_a_text_says_of_itself_is_escaped_and_marks_nothing() -> None:
    text = "<mark>not ours</mark> & \"rain\" 'rain'"
    assert marked(text, "rain") == (
        "&lt;mark&gt;not ours&lt;/mark&gt; &amp; &quot;<mark>rain</mark>&quot; &#x27;<mark>rain</mark>&#x27;"
    )
