"""Folders that are sent to an object store and fetched from there: whole and unchanged, or refused."""

import hashlib
import json
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from killrvideo.adapters.blobs import ObjectBlobs, fetch_folder, refuse_occupied, send_folder
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.catalogue import CatalogueRefused
from tests.builders.blobs import MIB, PATIENCE, content, keys

FILES = {"users.csv": b"userid\n1\n", "videos.csv": bytes(3 * MIB), "vectors/small.bin": b"", "Ü.csv": b"x"}
PLACE = "s3://bucket/export"


class Counting:
    """Keeps ByteProgress; may do something once enough has passed."""

    def __init__(self) -> None:
        self.total = 0
        self.done = 0

    def expect(self, total: int) -> None:
        self.total = total

    def advance(self, count: int) -> None:
        self.done += count


class Failing(Counting):
    def advance(self, count: int) -> None:
        super().advance(count)
        if self.done > MIB:
            raise KeyboardInterrupt


@pytest.fixture
def blobs() -> BlobStore:
    return ObjectBlobs(MemoryStore(), PATIENCE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, body in FILES.items():
        path = tmp_path / "sent" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return tmp_path / "sent"


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


async def test_a_folder_arrives_as_it_was_sent(blobs: BlobStore, folder: Path, tmp_path: Path) -> None:
    sending, fetching = Counting(), Counting()

    await send_folder(blobs, folder, sending)
    await fetch_folder(blobs, PLACE, tmp_path / "fetched", fetching)

    assert contents(tmp_path / "fetched") == FILES
    assert await keys(blobs) == sorted([*FILES, "manifest.json"])
    assert (await blobs.head("users.csv")).content_type == "text/csv"
    size = sum(map(len, FILES.values()))
    assert {sending.total, sending.done, fetching.total, fetching.done} == {size}


async def test_the_manifest_lets_anybody_check_the_files(blobs: BlobStore, folder: Path) -> None:
    await send_folder(blobs, folder, Counting())

    manifest = json.loads(await content(blobs, "manifest.json"))

    assert (manifest["format"], manifest["version"]) == ("killrvideo-export", 1)
    assert {file["name"]: (file["size"], file["sha256"]) for file in manifest["files"]} == {
        name: (len(body), hashlib.sha256(body).hexdigest()) for name, body in FILES.items()
    }


async def test_an_interrupted_sending_leaves_nothing(blobs: BlobStore, folder: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        await send_folder(blobs, folder, Failing())

    assert await keys(blobs) == []
    await refuse_occupied(blobs, PLACE)


async def test_whoever_comes_second_takes_nothing_away(blobs: BlobStore, folder: Path) -> None:
    await send_folder(blobs, folder, Counting())
    before = await keys(blobs)

    with pytest.raises(CatalogueRefused, match="not empty"):
        await refuse_occupied(blobs, PLACE)
    with pytest.raises(CatalogueRefused, match="Somebody else"):
        await send_folder(blobs, folder, Counting())

    assert await keys(blobs) == before


async def test_without_a_manifest_there_is_no_folder(blobs: BlobStore, folder: Path, tmp_path: Path) -> None:
    await send_folder(blobs, folder, Counting())
    await blobs.delete("manifest.json")

    with pytest.raises(CatalogueRefused, match="no complete export at s3://bucket/export"):
        await fetch_folder(blobs, PLACE, tmp_path / "fetched", Counting())


@pytest.mark.parametrize("body", [b"userid\n2\n", b"userid\n1\nand more", b"", None])
async def test_a_file_that_was_changed_since_is_refused(
    blobs: BlobStore, folder: Path, tmp_path: Path, body: bytes | None
) -> None:
    await send_folder(blobs, folder, Counting())
    if body is None:
        await blobs.delete("users.csv")
    else:
        await blobs.put("users.csv", body)

    with pytest.raises(CatalogueRefused, match=r"users.csv at .* is not what its manifest says"):
        await fetch_folder(blobs, PLACE, tmp_path / "fetched", Counting())


GOOD = {"name": "users.csv", "size": 0, "sha256": hashlib.sha256().hexdigest()}


@pytest.mark.parametrize(
    "manifest",
    [
        b"no json",
        b"{}",
        {"format": "something else", "version": 1, "files": [GOOD]},
        {"format": "killrvideo-export", "version": 2, "files": [GOOD]},
        {"format": "killrvideo-export", "version": 1, "files": [GOOD | {"name": "../escaped.csv"}]},
        {"format": "killrvideo-export", "version": 1, "files": [GOOD | {"name": "/escaped.csv"}]},
        {"format": "killrvideo-export", "version": 1, "files": [GOOD | {"size": -1}]},
        {"format": "killrvideo-export", "version": 1, "files": [GOOD | {"sha256": "short"}]},
    ],
)
async def test_a_manifest_of_another_kind_is_refused(
    blobs: BlobStore, tmp_path: Path, manifest: bytes | dict[str, object]
) -> None:
    body = manifest if isinstance(manifest, bytes) else json.dumps(manifest).encode()
    await blobs.put("manifest.json", body)

    with pytest.raises(CatalogueRefused, match="not one that killrvideo export wrote"):
        await fetch_folder(blobs, PLACE, tmp_path / "fetched", Counting())
    assert contents(tmp_path) == {}
