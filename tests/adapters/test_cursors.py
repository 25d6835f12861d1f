"""A cursor leads back into the list that it was given out for, and nobody else can make one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from killrvideo.adapters.credentials import SignedCursor
from killrvideo.domain.errors import InvalidCursor
from killrvideo.domain.paging import Position

SECRET = b"0123456789abcdef0123456789abcdef"
CURSORS = SignedCursor([SECRET])

positions = st.lists(
    st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(), max_size=40), max_size=4
).map(tuple)


@given(context=st.text(st.characters()), position=positions)
def test_a_position_survives_the_way_through_the_client(context: str, position: Position) -> None:
    assert CURSORS.decode(context, CURSORS.encode(context, position)) == position


def test_a_cursor_fits_into_an_address() -> None:
    cursor = CURSORS.encode("/api/v1/videos/latest", (1_772_366_400_000, "0" * 32))

    assert cursor.replace("-", "").replace("_", "").isalnum()
    assert len(cursor) < 100


@pytest.mark.parametrize(
    ("made_for", "sent_to"),
    [
        ("/videos/latest", "/videos/by-tag/cats"),
        ("/videos/latest", ""),
        ("a", 'a\0[1,"x"]'),
        ("/flags?status=open", "/flags?status=approved"),
    ],
)
def test_a_cursor_of_another_list_is_refused(made_for: str, sent_to: str) -> None:
    with pytest.raises(InvalidCursor, match="from its beginning"):
        CURSORS.decode(sent_to, CURSORS.encode(made_for, (1, "x")))


@pytest.mark.parametrize("place", range(0, 40, 3))
def test_a_cursor_with_one_letter_changed_is_refused(place: int) -> None:
    cursor = CURSORS.encode("list", (1_772_366_400_000, "0" * 32))
    changed = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]

    with pytest.raises(InvalidCursor):
        CURSORS.decode("list", changed)


@pytest.mark.parametrize(
    "text", ["", "A", "AAAA", "A" * 5000, "=", "a b", "\ud800", "é", "WzFd", "../../etc", "A" * 24, "%00"]
)
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        CURSORS.decode("list", text)


def test_cursors_outlive_a_change_of_keys() -> None:
    cursor = CURSORS.encode("list", (7,))
    newer = b"fedcba9876543210fedcba9876543210"

    assert SignedCursor([newer, SECRET]).decode("list", cursor) == (7,)
    with pytest.raises(InvalidCursor):
        SignedCursor([newer]).decode("list", cursor)


def test_there_must_be_a_secret() -> None:
    with pytest.raises(ValueError, match="at least one secret"):
        SignedCursor([])
