"""The CSV layout of the public data set: every spelling that is about, and rows that are wrong."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from killrvideo.adapters.killrvideo_csv import CsvSink, CsvSource, written_folder
from killrvideo.domain.access import Role, Scope
from killrvideo.domain.accounts import AccountStatus
from killrvideo.domain.videos import VideoStatus
from killrvideo.service_interfaces.catalogue import BadRow, CatalogueRefused, Kind, Row
from tests.builders.accounts import an_account
from tests.builders.comments import a_comment
from tests.builders.videos import a_video

T = TypeVar("T")

PUBLIC = Path(__file__).resolve().parents[3] / "shared" / "data" / "killrvideo"

ADA = "7777b733-a6b8-47e7-83ad-bc2739ae9954"
RAIN = "79577345-9470-41e2-93d1-311b10a1f8ae"
TIME_UUID = "090f6644-b9cd-11f0-9a37-62bc60f3bc08"

COMMENTS = "videoid,commentid,comment,userid,sentiment_score\n"
RATINGS = "videoid,userid,rating,rating_date\n"

Write = Callable[..., CsvSource]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes files, named without their ending, and opens the folder."""

    def written(**files: str | bytes) -> CsvSource:
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            tmp_path.joinpath(f"{name}.csv").write_bytes(data)
        return CsvSource(tmp_path, {Role.CREATOR})

    return written


def entries(rows: Iterable[Row[T] | BadRow]) -> list[T]:
    """What was read from rows that must all be good."""
    listed = list(rows)
    assert faults(listed) == []
    return [row.entry for row in listed if isinstance(row, Row)]


def faults(rows: Iterable[object]) -> list[str]:
    return [str(row) for row in rows if isinstance(row, BadRow)]


def a_user_row(**cells: str | None) -> str:
    """users.csv with one good row, but for the cells that are given; None leaves the column out."""
    return _table(
        {
            "userid": ADA,
            "created_date": "2025-04-29T03:55:08.964Z",
            "email": "ada@example.org",
            "firstname": "Ada",
            "lastname": "Lovelace",
            "account_status": "active",
            "last_login_date": "2025-10-21T23:04:18.055Z",
            **cells,
        }
    )


def a_video_row(**cells: str | None) -> str:
    """videos.csv with one good row, but for the cells that are given; None leaves the column out."""
    return _table(
        {
            "videoid": RAIN,
            "added_date": "2025-08-28T05:04:35.000Z",
            "description": "Drops on a roof.",
            "location": "https://www.youtube.com/embed/L7V_woT8mbQ",
            "location_type": "1",
            "name": "An hour of rain",
            "preview_image_location": "https://i.ytimg.com/vi/L7V_woT8mbQ/maxresdefault.jpg",
            "tags": '"[""rain"", ""sleep""]"',
            "userid": ADA,
            "content_rating": "G",
            "category": "Education",
            "language": "en",
            "views": "238",
            "youtube_id": "L7V_woT8mbQ",
            **cells,
        }
    )


def _table(cells: dict[str, str | None]) -> str:
    present = {column: cell for column, cell in cells.items() if cell is not None}
    return ",".join(present) + "\n" + ",".join(present.values()) + "\n"


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


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"videoid": "rain"}, "videoid is not a UUID: 'rain'."),
        ({"videoid": ""}, "videoid is missing."),
        ({"userid": "7"}, "userid is not a UUID: '7'."),
        ({"name": ""}, "name is missing."),
        ({"name": "ab"}, "A title has 3 to 150 characters; this one has 2."),
        ({"name": "a" * 151}, "A title has 3 to 150 characters; this one has 151."),
        ({"description": "a" * 5001}, "A description has at most 5000 characters; this one has 5001."),
        (
            {"added_date": "yesterday"},
            "added_date is not a date such as 2025-08-28T05:04:35.000Z: 'yesterday'.",
        ),
        ({"added_date": "9999-12-31T23:59:59-05:00"}, "added_date is not a date such as"),
        ({"tags": f'"{{{"a" * 51}}}"'}, "A tag has at most 50 characters."),
        ({"tags": '"[""\\ud800""]"'}, "tags holds characters that cannot be kept."),
        ({"tags": '"{\'a""}"'}, "tags is neither a JSON array nor a set: "),
        ({"views": "-1"}, "views is not a whole number from 0 on: '-1'."),
        ({"category": "a" * 51}, "category has at most 50 characters: "),
        ({"location_type": "2"}, "Only videos on YouTube can be loaded (location_type 1, not '2')."),
        ({"youtube_id": "", "location": "https://example.org/v.mp4"}, "This is not the address of a YouTube"),
        ({"name": "one,two"}, "It has 15 columns where the heading has 14."),
        ({"name": "NUL \x00"}, "It is not text in UTF-8, or holds the character NUL."),
    ],
)
def test_a_bad_video_is_named_with_its_line_and_its_reason(
    write: Write, wrong: dict[str, str], reason: str
) -> None:
    [fault] = faults(write(videos=a_video_row(**wrong)).videos())

    assert fault.startswith(f"videos.csv:2: {reason}")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"email": "nobody"}, "email is not an e-mail address: 'nobody'."),
        ({"email": ""}, "email is missing."),
        ({"firstname": "A" * 51}, "A name has 1 to 50 characters, not only blanks."),
        (
            {"account_status": "on holiday"},
            "account_status is not one of active, inactive, suspended, erased: ",
        ),
        ({"roles": '"[""king""]"'}, "roles are not some of viewer, creator, moderator, admin: "),
        ({"created_date": ""}, "created_date is missing."),
    ],
)
def test_a_bad_account_is_named_with_its_line_and_its_reason(
    write: Write, wrong: dict[str, str], reason: str
) -> None:
    [fault] = faults(write(users=a_user_row(**wrong)).accounts())

    assert fault.startswith(f"users.csv:2: {reason}")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"{RAIN},{ADA},Lovely.,{ADA},0.5", "commentid is no time UUID, and no created_date says when"),
        (f"{RAIN},{TIME_UUID}, ,{ADA},0.5", "comment is missing."),
        (f"{RAIN},{TIME_UUID},{'a' * 1001},{ADA},0.5", "A comment has 1 to 1000 characters"),
    ],
)
def test_a_bad_comment_is_named_with_its_line_and_its_reason(write: Write, row: str, reason: str) -> None:
    [fault] = faults(write(comments=f"{COMMENTS}{row}\n").comments())

    assert fault.startswith(f"comments.csv:2: {reason}")


@pytest.mark.parametrize("stars", ["0", "6", "4.5", ""])
def test_a_rating_that_is_none_is_named(write: Write, stars: str) -> None:
    source = write(video_ratings_by_user=f"{RATINGS}{RAIN},{ADA},{stars},2025-01-13T11:43:14.469Z\n")

    [fault] = faults(source.ratings())

    assert fault.startswith("video_ratings_by_user.csv:2: ")


def test_a_row_of_several_lines_is_named_by_its_first(write: Write) -> None:
    row = a_video_row(description='"one\ntwo\nthree"')
    heading, rest = row.split("\n", 1)
    bad = rest.replace(RAIN, "rain")

    source = write(videos=f"{heading}\n{rest}{bad}{rest}")

    assert faults(source.videos()) == ["videos.csv:5: videoid is not a UUID: 'rain'."]
    assert source.size(Kind.VIDEOS) == 3


def test_a_quote_that_is_never_closed_takes_no_other_row_with_it(write: Write) -> None:
    good = [f"{RAIN},{TIME_UUID[:-1]}{number},Number {number},{ADA},0.1\n" for number in range(6)]
    bad = f'{RAIN},{TIME_UUID},"never closed,{ADA},0.1\n'
    quoted = f'{RAIN},{TIME_UUID},"said, and closed",{ADA},0.1\n'

    rows = list(write(comments="".join([COMMENTS, *good[:2], bad, *good[2:], quoted])).comments())

    assert faults(rows) == ["comments.csv:4: Its quotes are not closed where they should be."]
    texts = [row.entry.text for row in rows if isinstance(row, Row)]
    assert texts == [f"Number {number}" for number in range(6)] + ["said, and closed"]


def test_bytes_that_are_no_text_take_no_other_row_with_them(write: Write) -> None:
    good = f"{RAIN},{TIME_UUID},Lovely.,{ADA},0.1\n"

    rows = list(write(comments=(COMMENTS + good).encode() + good.encode("utf-16-le")[:-1]).comments())

    assert isinstance(rows[0], Row)
    assert all(isinstance(row, BadRow) for row in rows[1:])


def test_a_folder_without_any_of_the_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueRefused, match="has none of the files users"):
        CsvSource(tmp_path, set())
    with pytest.raises(CatalogueRefused, match="is not a folder"):
        CsvSource(tmp_path / "nowhere", set())


def test_a_file_that_lacks_a_column_is_refused_at_once(write: Write) -> None:
    with pytest.raises(CatalogueRefused, match=r"videos\.csv lacks the columns: userid, name\."):
        write(videos="videoid,added_date,location\n")


def test_files_that_are_not_there_have_no_rows(write: Write) -> None:
    source = write(comments=COMMENTS)

    assert [*source.accounts(), *source.videos(), *source.comments(), *source.ratings()] == []
    assert [source.size(kind) for kind in Kind] == [0, 0, 0, 0]


storable_text = st.text(st.characters(exclude_characters="\x00", codec="utf-8"), min_size=1, max_size=60)


@given(st.lists(storable_text.map(str.strip).filter(bool), min_size=1, max_size=8))
def test_whatever_was_written_is_read_again(texts: list[str]) -> None:
    author = an_account(roles=frozenset({Role.ADMIN}), scopes=frozenset({Scope.OPERATE}))
    video = a_video(author, tags=("a, b", 'say "c"', "d'e"), duration_seconds=61)
    comments = [a_comment(video, author, text=text, edited_at=video.submitted_at) for text in texts]

    with TemporaryDirectory() as folder:
        sink = CsvSink(Path(folder))
        sink.accounts([author])
        sink.videos([video])
        sink.comments(comments)
        source = CsvSource(Path(folder), set())

        assert entries(source.accounts()) == [author]
        [read] = entries(source.videos())
        assert (read.tags, read.duration_seconds) == (video.tags, 61)
        assert [comment.text for comment in entries(source.comments())] == texts
        assert [comment.edited_at for comment in entries(source.comments())] == [video.submitted_at] * len(
            texts
        )


def test_a_written_folder_appears_when_everything_is_in_it(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "out"

    with written_folder(target) as draft:
        draft.joinpath("users.csv").write_text("all of it")
        assert not target.exists()

    assert target.joinpath("users.csv").read_text() == "all of it"
    assert [path.name for path in target.parent.iterdir()] == ["out"]


def test_an_empty_folder_may_be_written(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()

    with written_folder(target) as draft:
        draft.joinpath("users.csv").write_text("all of it")

    assert target.joinpath("users.csv").read_text() == "all of it"


def test_a_writing_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail_half_way() -> None:
        with written_folder(tmp_path / "out") as draft:
            draft.joinpath("users.csv").write_text("half of it")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()

    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    kept = tmp_path / "kept.csv"
    kept.write_text("mine")

    for target in (tmp_path, kept):
        with pytest.raises(CatalogueRefused, match="is there already and not empty"), written_folder(target):
            pass
    with pytest.raises(CatalogueRefused, match="cannot be written"), written_folder(kept / "below"):
        pass

    assert kept.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [kept]


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="the public data set is not beside this checkout")
def test_the_public_data_set_is_read_whole() -> None:
    source = CsvSource(PUBLIC, {Role.CREATOR})

    accounts, videos = entries(source.accounts()), entries(source.videos())

    assert (len(accounts), len(videos)) == (150, 500)
    assert (len(entries(source.comments())), len(entries(source.ratings()))) == (771, 884)
    assert [source.size(kind) for kind in Kind] == [150, 500, 771, 884]
    assert sum(account.status is AccountStatus.SUSPENDED for account in accounts) == 7
    assert sum(video.totals.views for video in videos) > 100_000
