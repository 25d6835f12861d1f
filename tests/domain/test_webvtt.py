"""Captions are read from what people have, refused where they are none, and written as players read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from killrvideo.domain.captions import CUE_LONGEST, CUES_MOST, LARGEST, Cue
from killrvideo.domain.errors import InvalidCaptions
from killrvideo.domain.webvtt import read, read_again, written

WHOLE = """\ufeffWEBVTT - A talk about rain
Kind: captions
Language: en

NOTE
made by hand, on a
rainy day --> in May

STYLE
::cue { color: red }

REGION
id:fred

1
00:01.000 --> 00:04.500 align:start position:0%
<v Ann>It rains &amp; <i>pours</i>.</v>

the second one
00:00:05.000\t-->\t01:00:06.250
- Does it?
- It <00:00:05.500>does &lt;always&gt;.&nbsp;
"""


def refusal(text: str | bytes) -> str:
    with pytest.raises(InvalidCaptions) as refused:
        read(text if isinstance(text, bytes) else text.encode())
    return refused.value.detail


def cued(text: str) -> str:
    return f"WEBVTT\n\n00:01.000 --> 00:02.000\n{text}\n"


def test_times_and_plain_text_are_kept_and_nothing_else() -> None:
    assert read(WHOLE.encode()) == (
        Cue(1000, 4500, "It rains & pours."),
        Cue(5000, 3_606_250, "- Does it?\n- It does <always>."),
    )


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_do_anywhere(ending: str) -> None:
    assert read(WHOLE.replace("\n", ending).encode()) == read(WHOLE.encode())


def test_subrip_is_read_too() -> None:
    first = "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<b>Hello</b>\nthere\n"
    text = f"{first}\n2\n00:00:03,000 --> 00:00:04,500\nBye\n"
    assert read(text.encode()) == (Cue(1000, 2000, "Hello\nthere"), Cue(3000, 4500, "Bye"))


def test_cues_out_of_order_are_put_in_order() -> None:
    text = "WEBVTT\n\n00:03.000 --> 00:04.000\nlater\n\n00:01.000 --> 00:02.000\nearlier\n"
    assert [cue.text for cue in read(text.encode())] == ["earlier", "later"]


def test_cues_without_a_blank_line_between_them_are_told_apart() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\none\n00:02.000 --> 00:03.000\ntwo"
    assert [cue.text for cue in read(text.encode())] == ["one", "two"]


def test_cues_that_show_nothing_are_left_out() -> None:
    text = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<c></c>\n\n00:02.000 --> 00:03.000\n\n00:03.000 --> 00:04.000\nOh"
    )
    assert read(text.encode()) == (Cue(3000, 4000, "Oh"),)


def test_what_steers_a_terminal_or_turns_text_around_is_taken_out() -> None:
    [cue] = read(cued("a\x1b[31mb\x00c\u202ed&#x202e;&rlm;e").encode())
    assert cue.text == "a[31mbcde"


def test_an_entity_of_no_character_is_shown_as_unknown() -> None:
    [cue] = read(cued(f"It &#{'9' * 5000}; rains &#x{'f' * 5000};&#65;").encode())
    assert cue.text == "It \ufffd; rains \ufffdA"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "begins with WEBVTT"),
        ("WEBVTTX\n\n00:01.000 --> 00:02.000\nHi", "begins with WEBVTT"),
        ("<html><body>no</body></html>", "begins with WEBVTT"),
        ("WEBVTT", "no cue"),
        ("WEBVTT\n\nNOTE nothing here\n", "no cue"),
        ("WEBVTT\n00:01.000 --> 00:02.000\nHi", "Line 1: the header"),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nHi", "Line 3: the cue ends before"),
        ("WEBVTT\n\n00:01.000 --> 00:01.000\nHi", "Line 3: the cue ends before"),
        ("WEBVTT\n\n\n1:2 --> 00:01.000\nHi", "Line 4 is no timing"),
        ("WEBVTT\n\n-00:01.000 --> 00:01.000\nHi", "Line 3 is no timing"),
        ("WEBVTT\n\n00:01.000 --> 00:61.000\nHi", "60 parts"),
        ("WEBVTT\n\n00:61:00.000 --> 00:62:00.000\nHi", "60 parts"),
        ("WEBVTT\n\n00:01.000 --> 9999:00:00.000\nHi", "later than 100 hours"),
        (cued("x" * (CUE_LONGEST + 1)), "characters"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n\xff\xfe", "line 4"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nHi".encode("utf-16"), "UTF-8"),
    ],
)
def test_what_is_no_captions_is_refused_with_the_place(text: str | bytes, says: str) -> None:
    assert says in refusal(text)


def test_too_much_is_refused() -> None:
    assert "KiB" in refusal(b"WEBVTT\n\n" + b" " * LARGEST)
    assert "cues" in refusal("WEBVTT\n\n" + "0:01.000-->0:02.000\nx\n\n" * (CUES_MOST + 1))


def test_what_was_accepted_is_read_again_though_writing_made_it_larger() -> None:
    sent = "WEBVTT\n\n" + "".join(
        f"0:{number % 60:02}.000-->0:59.999\n{'{' * 9}\n\n" for number in range(15_000)
    )
    cues = read(sent.replace("0:59.999", "1:00.000").encode())
    kept = written(cues).encode()
    assert len(kept) > LARGEST
    assert read_again(kept) == cues


TEXTS = st.text(st.characters(codec="utf-8"), max_size=80)
HOSTILE = st.lists(
    st.one_of(
        TEXTS,
        st.sampled_from(
            [
                "WEBVTT",
                "NOTE",
                "STYLE",
                "-->",
                "00:01.000 --> 00:02.000",
                "&lt;",
                "<v ",
                "<<",
                ">",
                "{\\an8}",
                "",
                "\n",
            ]
        ),
    ),
    max_size=30,
).map("\n".join)


def read_or_refused(data: bytes) -> tuple[Cue, ...]:
    """Nothing where it is refused; any other error is one of ours."""
    try:
        return read(data)
    except InvalidCaptions:
        return ()


@given(HOSTILE)
def test_any_text_is_read_or_refused(text: str) -> None:
    for made in (text, f"WEBVTT\n\n{text}", cued(text)):
        assert all(cue.text and cue.start < cue.end for cue in read_or_refused(made.encode()))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert all(cue.text for cue in read_or_refused(data))


@given(HOSTILE.map(cued))
def test_what_is_written_reads_the_same_again(text: str) -> None:
    cues = read_or_refused(text.encode())
    assert read_or_refused(written(cues).encode()) == cues
