"""Which groups of a film are made already: what counts, and what is left of the rest."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from killrvideo.adapters.blobs import open_blobs
from killrvideo.domain.ladder import ladder_of
from killrvideo.domain.media import Segment, Source
from killrvideo.features.processing.steps.made_groups import MadeGroups, fit_together, way_of
from killrvideo.service_interfaces.blobs import BlobStore
from killrvideo.service_interfaces.transcoder import Stretch
from tests.builders.blobs import PATIENCE, content, keys

SOURCE = Source(size=1, container="mov", seconds=60.0, width=640, height=360, frame_rate=Fraction(25))
LADDER = ladder_of(SOURCE)
WAY = way_of(LADDER, "veryfast ffmpeg 9")


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
    first = MadeGroups(blobs, "videos/1/run", "one", WAY)
    assert await first.get("00000") is None

    kept = await first.keep("00000", [made_by("one", tmp_path / "one")], tmp_path / "one")

    assert await MadeGroups(blobs, "videos/1/run", "two", WAY).get("00000") == kept
    [stretch] = kept
    assert await content(blobs, f"videos/1/run/{stretch.segments[1].name}") == b"1.m4s of one"


async def test_of_two_that_make_the_same_the_first_counts_and_nothing_of_the_other_is_left(
    blobs: BlobStore, tmp_path: Path
) -> None:
    first, second = (MadeGroups(blobs, "videos/1/run", worker, WAY) for worker in ("one", "two"))
    kept = await first.keep("00000", [made_by("one", tmp_path / "one")], tmp_path / "one")
    before = await keys(blobs)

    assert await second.keep("00000", [made_by("two", tmp_path / "two")], tmp_path / "two") == kept
    assert await keys(blobs) == before


async def test_what_a_worker_left_that_died_is_removed_in_the_end(blobs: BlobStore, tmp_path: Path) -> None:
    made = MadeGroups(blobs, "videos/1/run", "two", WAY)
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
        *(f"groups/{WAY}/00000.json", "large.jpg", "720p.m3u8"),
    }


async def test_what_was_made_in_another_way_does_not_count_and_is_removed_in_the_end(
    blobs: BlobStore, tmp_path: Path
) -> None:
    before = MadeGroups(blobs, "videos/1/run", "one", way_of(LADDER, "veryfast ffmpeg 8"))
    await before.keep("00000", [made_by("one", tmp_path / "one")], tmp_path / "one")

    now = MadeGroups(blobs, "videos/1/run", "two", WAY)
    assert await now.get("00000") is None
    kept = await now.keep("00000", [made_by("two", tmp_path / "two")], tmp_path / "two")
    await now.drop_all_but(kept)

    names = [key.removeprefix("videos/1/run/") for key in await keys(blobs, "videos/1")]
    assert [name for name in names if "-one-" in name] == []
    assert [name for name in names if name.startswith("groups/")] == [f"groups/{WAY}/00000.json"]


def test_the_way_is_told_by_the_ladder_and_by_what_makes_streams() -> None:
    assert way_of(ladder_of(SOURCE), "veryfast ffmpeg 9") == WAY
    ways = {WAY, way_of(LADDER, "slow ffmpeg 9"), way_of(ladder_of(SOURCE, highest=240), "veryfast ffmpeg 9")}
    assert len(ways) == 3


def test_groups_fit_together_whose_openings_are_the_same() -> None:
    """A player reads one of them: another size, clock or encoder would not be decoded."""
    group = Stretch(name="720p", codecs="avc1.64001f", opening="a-init.mp4", segments=(), digest="1")
    same = replace(group, opening="b-init.mp4")

    assert fit_together([[group], [same]])
    assert not fit_together([[group], [replace(same, digest="2")]])
    assert not fit_together([[group], [group, same]])


async def test_what_does_not_fit_is_forgotten_and_made_anew(blobs: BlobStore, tmp_path: Path) -> None:
    made = MadeGroups(blobs, "videos/1/run", "one", WAY)
    await made.keep("00000", [made_by("one", tmp_path / "one")], tmp_path / "one")

    await made.forget()

    assert await made.get("00000") is None


async def test_a_group_after_the_end_of_the_film_is_known_to_be_empty(
    blobs: BlobStore, tmp_path: Path
) -> None:
    made = MadeGroups(blobs, "videos/1/run", "one", WAY)
    await made.keep("00007", [], tmp_path)
    assert await made.get("00007") == []
