"""move-out, move-in and compare as an operator types them."""

import gzip
import re
import stat
from pathlib import Path

import pytest

from tests.cli.command import Folder
from tests.stand_ins.s3 import CREDENTIALS, S3Server

HASHED = re.compile(r'"password_hash":"\$argon2id\$')


@pytest.fixture
def demo(folder: Folder) -> Folder:
    """With a house in ``var``."""
    folder.done("seed", "--no-clips")
    return folder


def test_a_house_moves_out_and_in_and_compares_equal(demo: Folder) -> None:
    out = demo.done("move-out", "archive")
    into = demo.done("move-in", "archive", "--data-dir", "other")
    equal = demo.done("compare", "archive", "--data-dir", "other")

    counted = re.fullmatch(r"Wrote (\d+ accounts, \d+ videos, .*) to archive\.\n", out)
    assert counted is not None
    assert into == f"Moved in: {counted[1]}. Everybody signs in anew.\n"
    assert equal == "The store keeps exactly what archive holds.\n"
    assert demo.refused("move-in", "archive", "--data-dir", "other").startswith(
        "There are accounts here already."
    )


def test_the_archive_is_nobody_elses_to_read_since_it_has_everything(demo: Folder) -> None:
    demo.done("move-out", "archive")

    archive = demo.path / "archive"
    assert stat.S_IMODE(archive.stat().st_mode) == 0o700
    assert HASHED.search(gzip.decompress(archive.joinpath("accounts.jsonl.gz").read_bytes()).decode())


def test_differences_are_named_without_what_they_say(demo: Folder) -> None:
    demo.done("move-out", "archive")
    demo.done("grant", "viewer@killrvideo.example", "creator")

    ended = demo.run("compare", "archive")

    assert (ended.returncode, ended.stderr) == (1, "")
    account, entry, summary = ended.stdout.splitlines()
    assert re.fullmatch(r"accounts [0-9a-f-]{36}: not the same", account)
    assert re.fullmatch(r"audit [0-9a-f-]{36}: only in the store", entry)
    assert summary == "2 differences between the store and archive."


def test_an_archive_that_was_changed_does_not_move_in(demo: Folder) -> None:
    demo.done("move-out", "archive")
    demo.path.joinpath("archive", "flags.jsonl.gz").write_bytes(gzip.compress(b"{}\n"))

    complaint = demo.refused("move-in", "archive", "--data-dir", "other")

    assert complaint == "flags.jsonl.gz is not what house.json says: it was changed or damaged since."


def test_an_archive_is_written_into_a_new_folder_only(demo: Folder) -> None:
    demo.done("move-out", "archive")

    complaint = demo.refused("move-out", "archive")

    assert complaint == "archive is there already and not empty; name a new folder."


def test_what_is_no_archive_is_refused(folder: Folder, tmp_path: Path) -> None:
    assert folder.refused("move-in", "nowhere") == (
        "There is no whole archive of a house in nowhere: it has no house.json."
    )
    assert "no whole archive" in folder.refused("compare", tmp_path)


def test_an_archive_can_be_at_an_address(demo: Folder, s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    address = f"s3://{s3.new_bucket()}/houses/first"
    there = {"media_endpoint": s3.address, "media_plain_http": "on"}

    assert demo.done("move-out", address, **there).endswith(f" to {address}.\n")
    demo.done("move-in", address, "--data-dir", "other", **there)
    equal = demo.done("compare", address, "--data-dir", "other", **there)

    assert equal == f"The store keeps exactly what {address} holds.\n"


def test_on_a_terminal_a_move_shows_how_far_it_is(demo: Folder) -> None:
    demo.done("move-out", "archive")

    printed = demo.on_terminal("move-in", "archive", "--data-dir", "other")

    assert re.search(r"checking .*━", printed)
    assert re.search(r"accounts .*━.* (\d+)/\1 ", printed)
    assert re.search(r"videos .*━.* (\d+)/\1 ", printed)
