"""Comments are judged between -1 and 1, whatever they are made of."""

import subprocess
import sys

import pytest

from killrvideo.adapters.language.sentiment.vader import VaderSentiment
from killrvideo.domain.comments import Mood, mood_of

MODEL = VaderSentiment()


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("I love this video, it is GREAT!", Mood.POSITIVE),
        ("Thanks, this was really helpful :)", Mood.POSITIVE),
        ("😂❤️", Mood.POSITIVE),
        ("This is terrible, what a waste of time.", Mood.NEGATIVE),
        ("not good at all", Mood.NEGATIVE),
        ("The talk begins at minute three.", Mood.NEUTRAL),
        ("12345", Mood.NEUTRAL),
    ],
)
async def test_moods_are_recognised(text: str, mood: Mood) -> None:
    assert mood_of(await MODEL.score(text)) is mood


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "!" * 1000,
        "😀" * 1000,
        "but " * 250,
        "\x00",
        "\ud800",
        "love " * 200,
        "日本語のコメント",
        "x" * 1000,
    ],
)
async def test_every_text_has_a_score(text: str) -> None:
    score = await MODEL.score(text)

    assert -1 <= score <= 1
    assert score == round(score, 4)


async def test_long_texts_are_judged_like_short_ones() -> None:
    padding = "It says so. " * 60

    assert mood_of(await MODEL.score(padding + "I love it!")) is Mood.POSITIVE
    assert mood_of(await MODEL.score(padding + "I hate it!")) is Mood.NEGATIVE


async def test_words_after_very_many_emoji_still_count() -> None:
    flags = "🏁" * 100

    assert (
        await MODEL.score(f"{flags} terrible")
        < await MODEL.score(flags)
        < await MODEL.score(f"{flags} great")
    )


def test_the_model_has_a_name() -> None:
    assert MODEL.name == "vader"


def test_loading_the_model_warns_of_nothing() -> None:
    load = "from killrvideo.adapters.language.sentiment.vader import VaderSentiment; VaderSentiment()"

    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", load], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
