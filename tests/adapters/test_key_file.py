"""A developer's signing key is made once, for this user alone, and found again."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from killrvideo.adapters.credentials import KeyFileError, read_or_make_key


def test_the_key_is_made_once_and_found_again(tmp_path: Path) -> None:
    path = tmp_path / "var" / "signing-key"

    made = read_or_make_key(path)

    assert read_or_make_key(path) == made
    assert len(made.secret) >= 32
    assert [found.name for found in path.parent.iterdir()] == ["signing-key"]


def test_only_its_owner_may_read_the_key(tmp_path: Path) -> None:
    read_or_make_key(tmp_path / "signing-key")

    assert stat.S_IMODE((tmp_path / "signing-key").stat().st_mode) == 0o600


def test_another_file_is_another_key(tmp_path: Path) -> None:
    one, two = read_or_make_key(tmp_path / "one"), read_or_make_key(tmp_path / "two")

    assert one.kid != two.kid
    assert one.secret != two.secret


def test_the_id_does_not_tell_the_key(tmp_path: Path) -> None:
    key = read_or_make_key(tmp_path / "signing-key")

    assert key.kid.removeprefix("local-") not in key.secret.decode()
    assert key.secret.decode() not in repr(key)


def test_processes_that_start_together_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(read_or_make_key, [tmp_path / "signing-key"] * 8))

    assert len(keys) == 1


def test_a_damaged_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "signing-key").write_text("short\n")

    with pytest.raises(KeyFileError, match="remove it to get a new one"):
        read_or_make_key(tmp_path / "signing-key")


def test_a_folder_in_its_place_is_explained(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="cannot be read or written"):
        read_or_make_key(tmp_path)
