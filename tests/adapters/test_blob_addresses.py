"""What addresses of files name, and how wrong ones are refused."""

from datetime import timedelta
from pathlib import Path

import pytest

from killrvideo.adapters.blobs import Patience, open_blobs
from killrvideo.domain.errors import InvalidBlobKey, InvalidInput
from tests.builders.blobs import HELLO, PATIENCE, content, keys


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*")]


async def test_a_folder_is_made_and_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "Ünïcödé #1" / "100% media"
    blobs = open_blobs(folder.as_uri(), PATIENCE)

    await blobs.put("greeting", HELLO)

    assert folder.joinpath("greeting").read_bytes() == HELLO
    assert await content(open_blobs(folder.as_uri(), PATIENCE), "greeting") == HELLO


async def test_empty_folders_go_with_their_last_file(tmp_path: Path) -> None:
    blobs = open_blobs(tmp_path.joinpath("kept").as_uri(), PATIENCE)
    await blobs.put("videos/1/film", HELLO)

    await blobs.delete("videos/1/film")

    assert await keys(blobs) == []
    assert names_in(tmp_path) == ["kept"]


@pytest.mark.parametrize(
    "address",
    [
        *("", "media", "/srv/media", "https://example.org/media", "memory://", "ftp://host/folder"),
        *("s3://", "s3:///prefix", "s3://key:secret@bucket", "s3://bucket:9000", "s3://bucket?x=1"),
        *("s3://bucket#1", "file://host/folder", "file:folder"),
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(InvalidInput):
        open_blobs(address, PATIENCE)


@pytest.mark.parametrize("prefix", ["a//b", "../b", "a\\b"])
def test_a_prefix_obeys_the_rule_of_keys(prefix: str) -> None:
    with pytest.raises(InvalidBlobKey):
        open_blobs(f"s3://bucket/{prefix}", PATIENCE)


def test_a_cloud_that_lacks_a_setting_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)

    with pytest.raises(InvalidInput, match="Account must be specified"):
        open_blobs("az://container/prefix", PATIENCE)


async def test_every_cloud_signs_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """What can be tried of Azure without a server of its protocol."""
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "somebody")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "c29tZXRoaW5n")

    azure = await open_blobs("az://container/some/where", PATIENCE).signed_url(
        "film.mp4", "GET", timedelta(hours=1)
    )

    assert azure is not None
    assert azure.startswith("https://somebody.blob.core.windows.net/container/some/where/film.mp4?")


def test_patience_counts_every_try_and_every_pause() -> None:
    patience = Patience(connecting=timedelta(seconds=5), request=timedelta(seconds=30), tries=3)

    assert patience.in_all == timedelta(seconds=94)
