"""export and import by way of an object store, as an operator types them."""

from pathlib import Path

import pytest

from tests.cli.command import Folder
from tests.cli.test_data import catalogue, row_of
from tests.stand_ins.s3 import CREDENTIALS, S3Server

__all__ = ["catalogue"]


@pytest.fixture
def address(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """That of a new bucket, which the credentials and settings of the environment lead to."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    return f"s3://{s3.new_bucket()}/exports/first"


def test_a_catalogue_goes_to_a_bucket_and_comes_from_there(
    folder: Folder, catalogue: Path, address: str, s3: S3Server
) -> None:
    there = {"media_endpoint": s3.address, "media_plain_http": "on"}
    folder.run("import", catalogue)

    exported = folder.done("export", address, **there)
    imported = folder.done("import", address, "--data-dir", "other", **there)

    assert exported == f"Wrote 1 accounts, 1 videos, 0 comments, 0 ratings, 0 captions to {address}.\n"
    assert row_of(imported, "accounts") == [1, 0, 0]
    assert row_of(imported, "videos") == [1, 0, 0]
    again = folder.refused("export", address, **there)
    assert again == f"{address} is there already and not empty; name a new address."
    empty = folder.refused("import", f"{address}/deeper", **there)
    assert empty == f"There is no complete export at {address}/deeper: it has no manifest.json."


def test_a_folder_can_be_an_address_too(folder: Folder, catalogue: Path) -> None:
    folder.run("import", catalogue)
    address = folder.path.joinpath("exports", "first").as_uri()

    folder.done("export", address)
    catalogue.joinpath("users.csv").write_text("")

    assert folder.path.joinpath("exports", "first", "manifest.json").is_file()
    assert row_of(folder.done("import", address, "--data-dir", "other"), "videos") == [1, 0, 0]
    assert "fetching" in folder.on_terminal("import", address)
    folder.path.joinpath("exports", "first", "videos.csv").write_text("videoid\n")
    assert "videos.csv" in folder.refused("import", address)


def test_an_object_store_that_is_away_is_told_and_nothing_is_lost(folder: Folder, address: str) -> None:
    nobody = {"media_endpoint": "http://127.0.0.1:9", "media_plain_http": "on", "media_tries": "1"}

    complaint = folder.run("export", address, **nobody)

    assert complaint.returncode == 1
    assert complaint.stderr.splitlines()[-1] == (
        "killrvideo: The object store does not answer; try again later."
    )


@pytest.mark.parametrize("wrong", ["ftp://host/folder", "s3://", "s3://key:secret@bucket"])
def test_what_is_no_address_is_refused(folder: Folder, wrong: str) -> None:
    assert "is not an address such as" in folder.refused("export", wrong)
    assert "is not an address such as" in folder.refused("import", wrong)
