"""Reading the CSV layout of the public data set, in every spelling that is about."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from killrvideo.adapters.killrvideo_csv import CsvSource
from killrvideo.domain.access import Role
from killrvideo.domain.accounts import AccountStatus
from killrvideo.domain.videos import VideoStatus
from killrvideo.service_interfaces.catalogue import Kind
from tests.builders.csv_files import (
    ADA,
    COMMENTS,
    RAIN,
    RATINGS,
    TIME_UUID,
    Write,
    a_user_row,
    a_video_row,
    entries,
    writer,
)

PUBLIC = Path(__file__).resolve().parents[3] / "shared" / "data" / "killrvideo"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return writer(tmp_path)


def test_an_account_is_read_with_its_dates_and_the_roles_of_a_new_one(write: Write) -> None:
    [account] = entries(write(users=a_user_row()).accounts())

    assert (account.id, account.email) == (UUID(ADA), "ada@example.org")
    assert (account.first_name, account.last_name) == ("Ada", "Lovelace")
    assert account.roles == {Role.CREATOR}
    assert account.created_at == datetime(2025, 4, 29, 3, 55, 8, 964000, tzinfo=UTC)
    assert account.last_login_at == datetime(2025, 10, 21, 23, 4, 18, 55000, tzinfo=UTC)


@pytest.mark.parametrize("status", list(AccountStatus))
def test_an_account_keeps_where_it_stands(write: Write, status: AccountStatus) -> None:
    [account] = entries(write(users=a_user_row(account_status=status)).accounts())

    assert account.status is status


def test_credentials_add_the_address_and_the_lock(write: Write) -> None:
    source = write(
        users=a_user_row(email=None, account_status=None),
        user_credentials=f"email,password,userid,account_locked\nada@example.org,ff,{ADA},true\n",
    )

    [account] = entries(source.accounts())

    assert (account.email, account.status) == ("ada@example.org", AccountStatus.SUSPENDED)
    assert source.passwords == {}


def test_a_video_is_read_ready_with_its_views(write: Write) -> None:
    [video] = entries(write(videos=a_video_row()).videos())

    assert (video.title, video.description) == ("An hour of rain", "Drops on a roof.")
    assert (video.status, video.youtube_id) == (VideoStatus.READY, "L7V_woT8mbQ")
    assert video.location == "https://www.youtube.com/embed/L7V_woT8mbQ"
    assert video.thumbnail_url == "https://i.ytimg.com/vi/L7V_woT8mbQ/maxresdefault.jpg"
    assert (video.category, video.language, video.content_rating) == ("Education", "en", "G")
    assert video.tags == ("rain", "sleep")
    assert video.totals.views == 238
    assert video.submitted_at == datetime(2025, 8, 28, 5, 4, 35, tzinfo=UTC)


@pytest.mark.parametrize(
    "spelling",
    [
        '"[""rain"", ""deep sleep""]"',
        "\"{'rain', 'deep sleep'}\"",
        "\"['rain', 'deep sleep']\"",
        '"{rain, deep sleep}"',
        '"rain,deep sleep"',
        '"{""rain"", ""deep sleep"", ""RAIN"", """"}"',
    ],
)
def test_tags_come_in_several_spellings(write: Write, spelling: str) -> None:
    [video] = entries(write(videos=a_video_row(tags=spelling)).videos())

    assert video.tags == ("rain", "deep sleep")


@pytest.mark.parametrize("spelling", ["", "{}", "[]", '"{ }"'])
def test_a_video_may_have_no_tags(write: Write, spelling: str) -> None:
    [video] = entries(write(videos=a_video_row(tags=spelling)).videos())

    assert video.tags == ()


def test_quotes_inside_a_cql_set(write: Write) -> None:
    [video] = entries(write(videos=a_video_row(tags="\"{'rock ''n'' roll', 'a, b'}\"")).videos())

    assert video.tags == ("rock 'n' roll", "a, b")


@pytest.mark.parametrize(
    "location",
    ["L7V_woT8mbQ", "https://youtu.be/L7V_woT8mbQ", "http://m.youtube.com/watch?app=x&v=L7V_woT8mbQ"],
)
def test_the_location_names_the_video_where_no_column_does(write: Write, location: str) -> None:
    [video] = entries(write(videos=a_video_row(location=location, youtube_id=None)).videos())

    assert video.youtube_id == "L7V_woT8mbQ"
    assert video.location == "https://www.youtube.com/embed/L7V_woT8mbQ"


def test_a_video_needs_no_more_than_the_first_columns(write: Write) -> None:
    optional = "description location_type preview_image_location tags content_rating category language views"
    source = write(videos=a_video_row(**dict.fromkeys(optional.split())))

    [video] = entries(source.videos())

    assert (video.description, video.tags, video.category, video.totals.views) == (None, (), None, 0)
    assert video.thumbnail_url == "https://i.ytimg.com/vi/L7V_woT8mbQ/hqdefault.jpg"


def test_views_come_from_the_playback_table_where_videos_have_none(write: Write) -> None:
    playback = f"videoid,views,total_play_time\n{RAIN},2689,653427\n"

    [alone] = entries(write(videos=a_video_row(views=None), video_playback_stats=playback).videos())
    [beside] = entries(write(videos=a_video_row(views="12"), video_playback_stats=playback).videos())

    assert (alone.totals.views, beside.totals.views) == (2689, 12)


@pytest.mark.parametrize(
    "comment_id",
    ["c232ab00-9414-11ec-b3c8-9f6bdeced846", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"],
    ids=["version 1", "version 7"],
)
def test_a_comment_is_as_old_as_its_time_uuid(write: Write, comment_id: str) -> None:
    """The two examples of RFC 9562 are of one instant."""
    [comment] = entries(write(comments=f"{COMMENTS}{RAIN},{comment_id},Lovely.,{ADA},0.878\n").comments())

    assert (comment.text, comment.sentiment) == ("Lovely.", 0.878)
    assert (comment.video_id, comment.author_id) == (UUID(RAIN), UUID(ADA))
    assert comment.created_at == datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)


@pytest.mark.parametrize("score", ["", "7", "nan", "lovely"])
def test_a_score_that_is_none_is_left_out(write: Write, score: str) -> None:
    [comment] = entries(write(comments=f"{COMMENTS}{RAIN},{TIME_UUID},Lovely.,{ADA},{score}\n").comments())

    assert comment.sentiment is None


def test_a_rating(write: Write) -> None:
    source = write(video_ratings_by_user=f"{RATINGS}{RAIN},{ADA},4,2025-01-13T11:43:14.469Z\n")

    [rating] = entries(source.ratings())

    assert (rating.video_id, rating.account_id, rating.stars) == (UUID(RAIN), UUID(ADA), 4)
    assert rating.created_at == rating.updated_at == datetime(2025, 1, 13, 11, 43, 14, 469000, tzinfo=UTC)


@pytest.mark.parametrize(
    "date",
    ["2025-08-28 05:04:35.000+0000", "2025-08-28T07:04:35+02:00", "2025-08-28 05:04:35"],
)
def test_dates_come_in_several_spellings(write: Write, date: str) -> None:
    [video] = entries(write(videos=a_video_row(added_date=date)).videos())

    assert video.submitted_at == datetime(2025, 8, 28, 5, 4, 35, tzinfo=UTC)


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param(lambda text: text.encode("utf-8-sig"), id="byte order mark"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(lambda text: text.replace('""', '\\"').encode(), id="escaped quotes"),
        pytest.param(lambda text: text.replace("videoid", "VideoId ").encode(), id="heading"),
        pytest.param(lambda text: f"{text}\n\n".encode(), id="blank lines"),
    ],
)
def test_files_come_in_several_spellings(write: Write, spelling: Callable[[str], bytes]) -> None:
    text = a_video_row(description='"It says ""drip"", again"')

    [video] = entries(write(videos=spelling(text)).videos())

    assert video.description == 'It says "drip", again'
    assert video.tags == ("rain", "sleep")


def test_a_backslash_is_only_an_escape_where_the_file_needs_one(write: Write) -> None:
    [plain] = entries(write(videos=a_video_row(description='"Under C:\\"', name="C:\\new")).videos())
    [escaped] = entries(write(videos=a_video_row(description='"A \\"quote\\", C:\\\\new"')).videos())

    assert (plain.description, plain.title) == ("Under C:\\", "C:\\new")
    assert escaped.description == 'A "quote", C:\\new'


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="the public data set is not beside this checkout")
def test_the_public_data_set_is_read_whole() -> None:
    source = CsvSource(PUBLIC, {Role.CREATOR})

    accounts, videos = entries(source.accounts()), entries(source.videos())

    assert (len(accounts), len(videos)) == (150, 500)
    assert (len(entries(source.comments())), len(entries(source.ratings()))) == (771, 884)
    assert [source.size(kind) for kind in Kind] == [150, 500, 771, 884, 0]
    assert sum(account.status is AccountStatus.SUSPENDED for account in accounts) == 7
    assert sum(video.totals.views for video in videos) > 100_000
