"""What may be said of a video, which addresses name one, and who sees it."""

from dataclasses import replace

import pytest

from killrvideo.domain.access import Role
from killrvideo.domain.errors import InvalidText, NotAYouTubeAddress
from killrvideo.domain.removals import Cause
from killrvideo.domain.videos import (
    DESCRIPTION_LONGEST,
    TAGS_MOST,
    Totals,
    Video,
    VideoStatus,
    clean_description,
    clean_tags,
    clean_title,
    youtube_id_of,
)
from tests.builders.accounts import an_account
from tests.builders.callers import NOBODY, caller_of
from tests.builders.videos import a_video
from tests.holding_still import START

FILM = "dQw4w9WgXcQ"


@pytest.mark.parametrize(
    "address",
    [
        f"https://youtu.be/{FILM}",
        f"http://youtu.be/{FILM}?t=43",
        f"https://www.youtube.com/watch?v={FILM}",
        f"https://youtube.com/watch?v={FILM}&list=PL1&index=2",
        f"https://www.youtube.com/watch?feature=share&list=PL1&v={FILM}#t=1m",
        f"https://m.youtube.com/watch?v={FILM}",
        f"https://music.youtube.com/watch?v={FILM}",
        f"https://www.youtube.com/embed/{FILM}?rel=0",
        f"https://www.youtube-nocookie.com/embed/{FILM}",
        f"https://www.youtube.com/v/{FILM}",
        f"https://www.youtube.com/shorts/{FILM}/",
        f"https://www.youtube.com/live/{FILM}?si=x",
        f"HTTPS://WWW.YouTube.COM/watch?v={FILM}",
        f"https://www.youtube.com:443/watch?v={FILM}",
        f"  https://youtu.be/{FILM}\n",
    ],
)
def test_every_usual_form_of_an_address_names_the_video(address: str) -> None:
    assert youtube_id_of(address) == FILM


@pytest.mark.parametrize(
    "address",
    [
        "",
        FILM,
        f"youtu.be/{FILM}",
        f"ftp://youtu.be/{FILM}",
        f"javascript://youtu.be/{FILM}",
        "https://youtu.be/",
        "https://youtu.be/tooshort",
        f"https://youtu.be/{FILM}x",
        f"https://youtu.be/watch/{FILM}",
        "https://www.youtube.com/watch",
        "https://www.youtube.com/watch?v=",
        "https://www.youtube.com/watch?v=dQw4w9WgXc%00",
        f"https://www.youtube.com/playlist?list=PL1&v={FILM}",
        f"https://www.youtube.com/channel/{FILM}",
        f"https://www.youtube.com.example.org/watch?v={FILM}",
        f"https://example.org/watch?v={FILM}",
        f"https://youtu.be@example.org/{FILM}",
        f"https://somebody@youtu.be/{FILM}",
        f"https://youtu.be:8080/{FILM}",
        f"https://youtu.be:no/{FILM}",
        f"https://[youtu.be/{FILM}",
    ],
)
def test_any_other_address_is_refused_with_what_is_accepted(address: str) -> None:
    with pytest.raises(NotAYouTubeAddress, match=r"youtu\.be/ID") as refused:
        youtube_id_of(address)
    assert refused.value.pointer == "/youtubeUrl"


def test_tags_are_trimmed_and_each_is_there_once_in_its_first_spelling() -> None:
    assert clean_tags(["  CQL ", "data  model", "cql", "", " ", "Straße", "STRASSE"]) == (
        "CQL",
        "data model",
        "Straße",
    )


def test_tags_have_bounds() -> None:
    many = [f"tag {number}" for number in range(TAGS_MOST)]
    assert clean_tags([*many, *many]) == tuple(many)
    assert clean_tags(["x" * 50]) == ("x" * 50,)
    for refused in (["x" * 51], [*many, "one more"]):
        with pytest.raises(InvalidText):
            clean_tags(refused)


def test_titles_and_descriptions_have_bounds_without_the_blanks_around_them() -> None:
    assert clean_title("  Ape \n") == "Ape"
    assert clean_title("x" * 150) == "x" * 150
    for refused in ("", "   ", " ab ", "x" * 151):
        with pytest.raises(InvalidText):
            clean_title(refused)
    assert clean_description("  Long ago. ") == "Long ago."
    assert clean_description(" \n") is None
    assert clean_description(None) is None
    with pytest.raises(InvalidText):
        clean_description("x" * (DESCRIPTION_LONGEST + 1))


def test_an_average_is_rounded_for_readers_and_absent_while_nobody_rated() -> None:
    assert Totals().average is None
    assert Totals(ratings=3, stars=11).average == 3.67
    assert Totals(ratings=3, stars=13).average == 4.33


OWNER, OTHER, MODERATOR = an_account(), an_account(), an_account(roles=frozenset({Role.MODERATOR}))
READY = a_video(OWNER)


@pytest.mark.parametrize(
    ("video", "everybody", "owner", "moderator"),
    [
        pytest.param(READY, True, True, True, id="ready"),
        pytest.param(replace(READY, status=VideoStatus.PENDING), False, True, True, id="pending"),
        pytest.param(replace(READY, status=VideoStatus.ERROR), False, True, True, id="in error"),
        pytest.param(READY.hidden_by(Cause.AUTHOR, START), False, False, True, id="deleted"),
        pytest.param(READY.hidden_by(Cause.MODERATION, START), False, False, True, id="removed"),
    ],
)
def test_who_sees_a_video(video: Video, everybody: bool, owner: bool, moderator: bool) -> None:
    assert video.is_public is everybody
    assert video.visible_to(NOBODY) is everybody
    assert video.visible_to(caller_of(OTHER)) is everybody
    assert video.visible_to(caller_of(OWNER)) is owner
    assert video.visible_to(caller_of(MODERATOR)) is moderator


def test_a_video_shows_again_only_when_no_cause_is_left() -> None:
    twice = READY.hidden_by(Cause.AUTHOR, START).hidden_by(Cause.MODERATION, START)
    once = twice.freed_from(Cause.AUTHOR, START)
    assert (once.is_public, once.deleted_at) == (False, START)
    shown = once.freed_from(Cause.MODERATION, START)
    assert (shown.is_public, shown.deleted_at, shown.version) == (True, None, READY.version + 4)
