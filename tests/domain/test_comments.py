"""What may be said in a comment, and how a score is called."""

import pytest

from killrvideo.domain.comments import TEXT_LONGEST, Mood, clean_comment, mood_of
from killrvideo.domain.errors import InvalidText


def test_a_comment_is_trimmed_and_not_blank_nor_too_long() -> None:
    assert clean_comment("  Lovely.\n") == "Lovely."
    assert clean_comment("x" * TEXT_LONGEST) == "x" * TEXT_LONGEST
    for refused in ("", " \n\t", "x" * (TEXT_LONGEST + 1)):
        with pytest.raises(InvalidText):
            clean_comment(refused)


@pytest.mark.parametrize(
    ("score", "mood"),
    [
        (1.0, Mood.POSITIVE),
        (0.11, Mood.POSITIVE),
        (0.1, Mood.NEUTRAL),
        (0.0, Mood.NEUTRAL),
        (-0.1, Mood.NEUTRAL),
        (-0.11, Mood.NEGATIVE),
        (-1.0, Mood.NEGATIVE),
    ],
)
def test_the_mood_of_a_score(score: float, mood: Mood) -> None:
    assert mood_of(score) is mood
