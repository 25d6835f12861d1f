"""What nothing names is swept, and nothing else: not what is young, under way, or named."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from killrvideo.adapters.blobs import open_blobs
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.access import Role
from killrvideo.domain.housekeeping import UNTOUCHED, Found, Litter
from killrvideo.domain.instants import to_millis
from killrvideo.domain.jobs import Job, JobKind
from killrvideo.domain.uploads import UploadKind
from killrvideo.features.housekeeping import MARK_KEY, Housekeeping, HouseMarks
from killrvideo.features.uploads import Announced, Uploads
from killrvideo.service_interfaces.blobs import BlobStore
from tests.builders.blobs import PATIENCE, keys
from tests.builders.ids import IDS
from tests.builders.keeping import ORIGIN
from tests.builders.kept_media import some_media
from tests.builders.stored import a_stored_video, somebody
from tests.builders.uploading import a_chunk, a_desk
from tests.holding_still import START, CountingIds, ManualClock

NOTHING = {Litter.PIECES: Found(), Litter.FILES: Found(), Litter.DRAFTS: Found()}
OLD = START - UNTOUCHED - timedelta(seconds=1)
YOUNG = START - UNTOUCHED + timedelta(hours=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept"


@pytest.fixture
def blobs(folder: Path) -> BlobStore:
    return open_blobs(folder.as_uri(), PATIENCE)


@pytest.fixture
def desk(storage: SqliteStorage, blobs: BlobStore, clock: ManualClock, ids: CountingIds) -> Uploads:
    return a_desk(storage, blobs, clock, ids)


@pytest.fixture
async def housekeeping(
    storage: SqliteStorage, blobs: BlobStore, clock: ManualClock, ids: CountingIds
) -> Housekeeping:
    """Of a house whose files bear its mark."""
    marks = HouseMarks(storage.holdings, blobs, clock, ids)
    await marks.adopt()
    return Housekeeping(storage, blobs, clock, marks)


def age(folder: Path) -> None:
    """All files become old."""
    for path in folder.rglob("*"):
        os.utime(path, (to_millis(OLD) / 1000, to_millis(OLD) / 1000))


async def swept(housekeeping: Housekeeping, *, files: int = 0, pieces: int = 0, size: int = 3) -> None:
    """So many are found, counted without being touched first, and then gone."""
    expected = {
        Litter.PIECES: Found(pieces, size * pieces),
        Litter.FILES: Found(files, size * files),
        Litter.DRAFTS: Found(),
    }
    assert await housekeeping.sweep(removes=False) == expected
    assert await housekeeping.sweep(removes=True) == expected
    assert await housekeeping.sweep(removes=True) == NOTHING


async def test_pieces_that_never_counted_go_and_those_that_count_stay(
    desk: Uploads, housekeeping: Housekeeping, storage: SqliteStorage, blobs: BlobStore, folder: Path
) -> None:
    creator = await somebody(storage, Role.CREATOR)
    upload = await desk.begin(creator, Announced(length=9))
    await desk.append(creator, upload.id, a_chunk(b"xxx"))
    partial = await desk.begin(creator, Announced(length=3, kind=UploadKind.PARTIAL))
    await desk.append(creator, partial.id, a_chunk(b"xxx"))
    await desk.join(creator, [partial.id], {})
    named = await keys(blobs)
    await blobs.put(f"uploads/{upload.id}/000000000000003-0123", b"xxx")
    await blobs.put(f"uploads/{IDS.new()}/000000000000000-0123", b"xxx")
    age(folder)
    await swept(housekeeping, pieces=2)
    assert await keys(blobs) == named


async def test_of_a_video_the_present_making_stays(
    housekeeping: Housekeeping, storage: SqliteStorage, blobs: BlobStore, folder: Path
) -> None:
    video = await a_stored_video(storage)
    media = some_media(video.id, run="r1")
    work = storage.begin("tests.media", ORIGIN)
    storage.media.put(work, media)
    await work.commit()
    present = [f"videos/{video.id}/r1/{name}" for name in ("720p.m3u8", "groups/0.json", "large.jpg")]
    former = [f"videos/{video.id}/{run}/720p.m3u8" for run in ("r0", "r10")]
    for key in (*present, *former, f"videos/{IDS.new()}/r1/720p.m3u8"):
        await blobs.put(key, b"xxx")
    age(folder)
    await swept(housekeeping, files=3)
    assert await keys(blobs) == sorted([MARK_KEY, *present])


async def test_a_video_that_is_worked_on_is_left_alone(
    housekeeping: Housekeeping, storage: SqliteStorage, blobs: BlobStore, folder: Path
) -> None:
    video = await a_stored_video(storage)
    job = Job.new(IDS.new(), JobKind.VIDEO_TRANSCODE, video.id, START, ORIGIN)
    work = storage.begin("tests.job", ORIGIN)
    storage.jobs.enqueue(work, job)
    await work.commit()
    await blobs.put(f"videos/{video.id}/r1/720p.m3u8", b"xxx")
    age(folder)
    assert await housekeeping.sweep(removes=True) == NOTHING
    work = storage.begin("tests.purge", ORIGIN)
    storage.jobs.drop(work, video.id)
    await work.commit()
    await swept(housekeeping, files=1)


async def test_what_is_young_or_not_named_as_we_name_files_is_never_touched(
    housekeeping: Housekeeping, blobs: BlobStore, folder: Path
) -> None:
    strange = ["exports/manifest.json", "uploads/readme.txt", "uploads/not-an-id/x", "videos/x/y/z"]
    strange.append(f"videos/{str(IDS.new()).upper()}/r1/x")
    strange.append(f"videos/{IDS.new()}")
    for key in strange:
        await blobs.put(key, b"xxx")
    age(folder)
    young = [f"uploads/{IDS.new()}/0", f"videos/{IDS.new()}/r1/x"]
    for key in young:
        await blobs.put(key, b"xxx")
        os.utime(folder / key, (to_millis(YOUNG) / 1000, to_millis(YOUNG) / 1000))
    (folder / "uploads" / "draft#1").write_bytes(b"xxx")
    os.utime(folder / "uploads" / "draft#1", (to_millis(YOUNG) / 1000, to_millis(YOUNG) / 1000))
    assert await housekeeping.sweep(removes=True) == NOTHING
    assert await keys(blobs) == sorted([MARK_KEY, *strange, *young])


async def test_writes_that_a_crash_cut_off_are_dropped(housekeeping: Housekeeping, folder: Path) -> None:
    (folder / "uploads").mkdir(parents=True)
    draft = folder / "uploads" / "draft#1"
    draft.write_bytes(b"xxx")
    age(folder)
    assert (await housekeeping.sweep(removes=False))[Litter.DRAFTS] == Found(1)
    assert draft.exists()
    assert (await housekeeping.sweep(removes=True))[Litter.DRAFTS] == Found(1)
    assert not draft.exists()
