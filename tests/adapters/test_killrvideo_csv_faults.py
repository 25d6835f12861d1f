"""Rows and files of the CSV layout that are wrong: each is named, and takes no other with it."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from killrvideo.adapters.killrvideo_csv import CsvSource
from killrvideo.service_interfaces.catalogue import BadRow, CatalogueRefused, Kind, Row
from tests.builders.csv_files import (
    ADA,
    COMMENTS,
    RAIN,
    RATINGS,
    TIME_UUID,
    Write,
    a_user_row,
    a_video_row,
    faults,
    writer,
)

GOOD_COMMENT = f"{RAIN},{TIME_UUID},Lovely.,{ADA},0.1\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return writer(tmp_path)


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

    assert [
        *source.accounts(),
        *source.videos(),
        *source.comments(),
        *source.ratings(),
        *source.captions(),
    ] == []
    assert [source.size(kind) for kind in Kind] == [0, 0, 0, 0, 0]


pieces = st.sampled_from([b'"', b"\\", b"\n", b"\r", b",", b"\x00", b"\xff", b"'", GOOD_COMMENT.encode()])


@given(st.lists(st.one_of(pieces, st.binary(max_size=5)), max_size=30).map(b"".join))
def test_whatever_a_file_holds_it_is_read_to_its_end(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        source = writer(Path(folder))(comments=COMMENTS.encode() + content + b"\n" + GOOD_COMMENT.encode())
        rows = list(source.comments())

    assert len(rows) == source.size(Kind.COMMENTS)
    # Only a backslash can make the line before it and this one the same.
    assert isinstance(rows[-1], Row) or b"\\" in content
