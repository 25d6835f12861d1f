"""What kind of thing a question asks for, and which sentences have it."""

import pytest

from killrvideo.domain.questions import Asked


@pytest.mark.parametrize(
    ("question", "has", "lacks"),
    [
        ("How long are hints kept?", "They are kept for three hours.", "There are three of them."),
        ("After how many days are markers dropped?", "They go after ten days.", "They go after compaction."),
        ("For how many minutes does it wait?", "It waits for 5 minutes.", "It waits for yesterday's data."),
        ("Why does the cache not help?", "It does not, because everything is POST.", "The cache is large."),
        ("Why is the journal apart?", "Put it apart, since reads slow it down.", "It has its own disk."),
        ("How often does it run?", "It runs every night.", "It runs for two hours."),
        ("How many nodes are there?", "There are three nodes.", "There are nodes."),
    ],
)
def test_a_sentence_has_what_is_asked_for_or_lacks_it(question: str, has: str, lacks: str) -> None:
    asked = Asked(question, [])
    assert (asked.fits_kind(has), asked.fits_kind(lacks)) == (1, -1)


@pytest.mark.parametrize("question", ["What is a ring?", "Who wrote it?", "How do I start?", "Whyever not?"])
def test_any_sentence_will_do_where_nothing_special_is_asked_for(question: str) -> None:
    assert Asked(question, []).fits_kind("It runs every night, because it is cheap.") == 0


def test_what_the_question_says_itself_is_no_answer() -> None:
    assert Asked("How long do the 30 days take?", []).fits_kind("The 30 days are over.") == -1
