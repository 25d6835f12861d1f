"""Which groups of a film are made already: what counts, and what is left of the rest."""

from pathlib import Path

import pytest

from killrvideo.adapters.blobs import open_blobs
from killrvideo.domain.media import Segment
from killrvideo.features.processing.steps.made_groups import MadeGroups
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.transcoder import Stretch
from tests.builders.blobs import PATIENCE, content, keys


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return open_blobs((tmp_path / "media").as_uri(), PATIENCE)


def made_by(worker: str, folder: Path) -> Stretch:
    """A group of two segments that this worker has made."""
    folder.mkdir(exist_ok=True)
    for name in ("init.mp4", "0.m4s", "1.m4s"):
        (folder / name).write_bytes(f"{name} of {worker}".encode())
    segments = tuple(Segment(name=f"{at}.m4s", seconds=6.006, size=13) for at in range(2))
    return Stretch(name="720p", codecs="avc1.64001f", opening="init.mp4", segments=segments)


async def test_what_is_kept_is_found_by_whoever_goes_on(blobs: BlobStore, tmp_path: Path) -> None:
    first = MadeGroups(blobs, "videos/1/run", "one")
    assert await first.get("00000") is None

    kept = await first.keep("00000", [made_by("one", tmp_path / "one")], tmp_path / "one")

    assert await MadeGroups(blobs, "videos/1/run", "two").get("00000") == kept
    [stretch] = kept
    assert await content(blobs, f"videos/1/run/{stretch.segments[1].name}") == b"1.m4s of one"


async def test_of_two_that_make_the_same_the_first_counts_and_nothing_of_the_other_is_left(
    blobs: BlobStore, tmp_path: Path
) -> None:
    first, second = (MadeGroups(blobs, "videos/1/run", worker) for worker in ("one", "two"))
    kept = await first.keep("00000", [made_by("one", tmp_path / "one")], tmp_path / "one")
    before = await keys(blobs)

    assert await second.keep("00000", [made_by("two", tmp_path / "two")], tmp_path / "two") == kept
    assert await keys(blobs) == before


async def test_what_a_worker_left_that_died_is_removed_in_the_end(blobs: BlobStore, tmp_path: Path) -> None:
    made = MadeGroups(blobs, "videos/1/run", "two")
    kept = await made.keep("00000", [made_by("two", tmp_path / "two")], tmp_path / "two")
    others = ["00000-one-init.mp4", "00000-one-0.m4s", "sound-one-0.m4s", "large.jpg", "720p.m3u8"]
    for name in others:
        await blobs.put(f"videos/1/run/{name}", b"")

    await made.drop_all_but(kept)

    names = {key.removeprefix("videos/1/run/") for key in await keys(blobs, "videos/1")}
    [stretch] = kept
    assert names == {
        stretch.opening,
        *(segment.name for segment in stretch.segments),
        *("groups/00000.json", "large.jpg", "720p.m3u8"),
    }


async def test_a_group_after_the_end_of_the_film_is_known_to_be_empty(
    blobs: BlobStore, tmp_path: Path
) -> None:
    made = MadeGroups(blobs, "videos/1/run", "one")
    await made.keep("00007", [], tmp_path)
    assert await made.get("00007") == []
