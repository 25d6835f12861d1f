"""Passages are whole sentences, parts of the text letter by letter, with the time at which they are said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from killrvideo.domain.captions import CaptionTrack, Cue
from killrvideo.domain.passages import ENOUGH, MOST, Passage, passages_in
from killrvideo.domain.sentences import length_of, sentences_of
from tests.builders.accounts import an_account
from tests.builders.videos import a_video
from tests.holding_still import START

UPLOADER = an_account()
VIDEO = a_video(UPLOADER)


def track(language: str = "en") -> CaptionTrack:
    return CaptionTrack(video_id=VIDEO.id, language=language, label=language, digest="", created_at=START)


def said(*cues: tuple[int, int, str]) -> tuple[Passage, ...]:
    """The passages of cues with their times in seconds."""
    timed = [Cue(start * 1000, end * 1000, text) for start, end, text in cues]
    return passages_in(VIDEO, [(track(), timed)])


def words(count: int, first: str = "Rain") -> str:
    return " ".join([first, *["falls"] * (count - 2), "down."])


def test_sentences_end_where_a_reader_says_so() -> None:
    text = (
        'It rains, e.g. in May. "Really?" Ask Dr. J. Doe at 3.5 p.m. or so! '
        "Use Node.js. 雨だ。そうか\uff1fはい"
    )
    assert sentences_of(text) == [
        "It rains, e.g. in May.",
        '"Really?"',
        "Ask Dr. J. Doe at 3.5 p.m. or so!",
        "Use Node.js.",
        "雨だ。",
        "そうか\uff1f",
        "はい",
    ]


@given(st.text(max_size=400))
def test_sentences_are_the_text_letter_by_letter(text: str) -> None:
    assert "".join("".join(sentences_of(text)).split()) == "".join(text.split())
    assert all(sentence in text for sentence in sentences_of(text))


def test_talk_without_a_full_stop_is_cut() -> None:
    sentences = sentences_of(" ".join(["falling"] * 120))
    assert [len(sentence.split()) for sentence in sentences] == [50, 50, 20]


@pytest.mark.parametrize("run", [".", ".)", "!?\u2026", "\u3002"])
def test_a_run_of_stops_costs_no_more_than_its_length(run: str) -> None:
    """Each of them begins a run that ends nowhere: looked at again and again, they would take minutes."""
    text = f"Wait{run * (300_000 // len(run))}what"
    assert "".join(sentences_of(text)) == text
    assert sentences_of(f"Wait{run * 40} What") == [f"Wait{run * 40}", "What"]


def test_a_passage_is_whole_sentences_from_its_first_cue_to_its_last() -> None:
    passages = said(
        (0, 4, words(30)),
        (4, 8, f"{words(15, 'Snow')} Hail"),
        (8, 12, f"does, too. {words(20, 'Fog')}"),
        (12, 20, words(25, "Ice")),
    )
    assert [(passage.start_second, passage.end) for passage in passages] == [(0, 8000), (4, 20000)]
    assert [passage.text.split()[0] for passage in passages] == ["Rain", "Hail"]
    assert [passage.number for passage in passages] == [0, 1]
    assert {passage.language for passage in passages} == {"en"}


def test_a_scrap_at_the_end_belongs_to_the_passage_before() -> None:
    [passage] = said((0, 9, words(45)), (9, 10, "That is all."))
    assert passage.text.endswith("That is all.")
    assert passage.end == 10_000


def test_silence_ends_a_passage() -> None:
    passages = said((0, 4, words(10)), (4, 8, "Hail, too."), (30, 34, "Snow at last."), (34, 36, "And fog."))
    assert [(passage.start_second, passage.text.split()[0]) for passage in passages] == [
        (0, "Rain"),
        (30, "Snow"),
    ]


def test_a_sentence_goes_on_after_silence() -> None:
    [passage] = said((0, 4, "It rains and"), (30, 34, "snows."))
    assert (passage.start_second, passage.end) == (0, 34_000)


def test_lines_that_roll_up_are_said_once() -> None:
    [passage] = said((0, 2, "It rains"), (2, 4, "It rains\nall day"), (4, 6, "all day\nlong."))
    assert passage.text == "It rains all day long."


def test_the_description_comes_first_and_starts_with_the_video() -> None:
    video = a_video(UPLOADER, description="An hour\n\nof rain. And wind.")
    passages = passages_in(video, [(track("de"), [Cue(5000, 6000, "Es regnet.")])])
    assert [(one.language, one.start_second, one.text) for one in passages] == [
        (None, 0, "An hour of rain. And wind."),
        ("de", 5, "Es regnet."),
    ]
    assert passages_in(a_video(UPLOADER), []) == ()


CUES = st.lists(st.text(st.sampled_from("ab .!?\nZ雨。"), min_size=1, max_size=60), max_size=40)


@given(CUES)
def test_nothing_that_is_said_is_lost(texts: list[str]) -> None:
    cues = [(number, number + 1, f"{number} {text}") for number, text in enumerate(texts)]
    passages = said(*cues)
    spoken = "".join("".join(text for _, _, text in cues).split())
    assert "".join("".join(passage.text for passage in passages).split()) == spoken
    for passage in passages:
        assert length_of(passage.text) <= 2 * MOST
        first = passage.text.split()[0]
        assert not first.isdigit() or passage.start_second == int(first)
    assert all(length_of(passage.text) >= ENOUGH / 2 for passage in passages[:-1])
