"""The archive of a house: whole and unchanged, or refused in a sentence."""

import gzip
import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from killrvideo.adapters.house_archive import ArchiveFolder, ArchiveFolderWriter, open_archive
from killrvideo.adapters.house_archive.lines import line_of, row_of
from killrvideo.adapters.house_archive.manifest import KINDS
from killrvideo.domain.access import Role, Scope
from killrvideo.domain.accounts import Account, AccountStatus
from killrvideo.domain.activity import Activity, ActivityKind
from killrvideo.domain.captions import Captions, CaptionTrack
from killrvideo.domain.comments import Comment
from killrvideo.domain.experiments import Arm, Experiment, ExperimentState, Guardrail, Measure
from killrvideo.domain.exposures import Exposure
from killrvideo.domain.ids import AccountId, ActivityId, AuditId, CommentId, FlagId, UploadId, VideoId, ViewId
from killrvideo.domain.moderation import AuditAction, AuditEntry, Flag, FlagReason, FlagStatus
from killrvideo.domain.playback import View, WatchTime
from killrvideo.domain.ratings import Rating
from killrvideo.domain.removals import Cause, ContentType, Removal
from killrvideo.domain.uploads import Upload, UploadKind
from killrvideo.domain.videos import LocationType, Video, VideoStatus
from killrvideo.service_interfaces.moving import (
    PIECE,
    Holding,
    HoldingKind,
    KeptAccount,
    KeptPart,
    KeptVector,
    KeptVideo,
    MoveRefused,
)
from tests.builders.kept_media import some_media
from tests.builders.moving import Unwatched

AT = datetime(2026, 3, 1, 12, 0, 0, 123000, tzinfo=UTC)
ANN = AccountId(UUID("019ca900-0000-7000-8000-000000000001"))
RAIN = VideoId(UUID("019ca900-0000-7000-8000-000000000002"))
LOVELY = CommentId(UUID("019ca900-0000-7000-8000-000000000003"))
ID = UUID("019ca900-0000-7000-8000-000000000004")

VECTOR = KeptVector(
    video_id=RAIN,
    model="minilm",
    vector=(0.5, -3.4028234663852886e38, 1.1754943508222875e-38),
    stored_at=AT,
    text_digest="00112233445566778899aabbccddeeff",
)
ROWS: dict[HoldingKind, Holding] = {
    HoldingKind.ACCOUNTS: KeptAccount(
        account=Account(
            id=ANN,
            email="ann@example.org",
            first_name="Ann",
            last_name="Lée",
            roles=frozenset({Role.VIEWER, Role.ADMIN}),
            scopes=frozenset({Scope.OPERATE}),
            status=AccountStatus.SUSPENDED,
            created_at=AT,
            last_login_at=None,
            version=3,
        ),
        password_hash="$argon2id$",
    ),
    HoldingKind.VIDEOS: KeptVideo(
        video=Video(
            id=RAIN,
            uploader_id=ANN,
            title="An hour of rain",
            tags=("rain", "Late Night"),
            location="https://www.youtube.com/embed/aaaaaaaaaaa",
            location_type=LocationType.YOUTUBE,
            youtube_id="aaaaaaaaaaa",
            status=VideoStatus.READY,
            submitted_at=AT,
            version=4,
            causes=Cause.AUTHOR | Cause.ACCOUNT,
            deleted_at=AT,
        ),
        opening_views=238,
    ),
    HoldingKind.COMMENTS: Comment(
        id=LOVELY, video_id=RAIN, author_id=ANN, text="Lovely.\n日本", sentiment=0.1, created_at=AT
    ),
    HoldingKind.RATINGS: Rating(video_id=RAIN, account_id=ANN, stars=5, created_at=AT, updated_at=AT),
    HoldingKind.VIEWS: View(id=ViewId(ID), video_id=RAIN, viewer_id=None, at=AT),
    HoldingKind.WATCH_TIME: WatchTime(id=ViewId(ID), video_id=RAIN, viewer_id=ANN, seconds=60, at=AT),
    HoldingKind.ACTIVITY: Activity(
        id=ActivityId(ID), account_id=ANN, kind=ActivityKind.COMMENT, video_id=RAIN, comment_id=LOVELY, at=AT
    ),
    HoldingKind.REMOVALS: Removal(
        content_type=ContentType.VIDEO, content_id=RAIN, cause=Cause.ACCOUNT, by=None, at=AT, reason="Spam."
    ),
    HoldingKind.FLAGS: Flag(
        id=FlagId(ID),
        reporter_id=ANN,
        content_type=ContentType.COMMENT,
        content_id=LOVELY,
        video_id=RAIN,
        reason=FlagReason.OTHER,
        reason_text="It is not.",
        status=FlagStatus.REJECTED,
        created_at=AT,
        updated_at=AT,
        moderator_id=ANN,
        moderator_notes="It is.",
        resolved_at=AT,
        version=3,
    ),
    HoldingKind.AUDIT: AuditEntry(
        id=AuditId(ID),
        at=AT,
        actor_id=ANN,
        action=AuditAction.FLAG_MOVED,
        target_type="flag",
        target_id=ID,
        detail={"to": "rejected"},
        correlation_id="request-1",
    ),
    HoldingKind.VECTORS: VECTOR,
    HoldingKind.EXPERIMENTS: Experiment(
        key="recommender",
        description="Which is better?",
        arms=(Arm("learned", 3), Arm("content")),
        share=5000,
        state=ExperimentState.STOPPED,
        round=2,
        goal=Measure.LIKE,
        guardrails=(Guardrail(Measure.DISLIKE, 0.01),),
        started_at=AT,
        stopped_at=AT,
        changed_at=AT,
        version=7,
    ),
    HoldingKind.EXPOSURES: Exposure(
        experiment="recommender", round=2, account_id=ANN, arm="learned", at=AT, viewed_at=AT, version=2
    ),
    HoldingKind.CAPTIONS: Captions(
        track=CaptionTrack(
            video_id=RAIN,
            language="pt-BR",
            label="Português",
            digest="00112233445566778899aabbccddeeff",
            created_at=AT,
            version=2,
            automatic=True,
            made_of="en:ffeeddccbbaa99887766554433221100",
        ),
        text="WEBVTT\n\n00:00:00.000 --> 00:00:04.000\nChove.\n",
    ),
    HoldingKind.MEDIA: some_media(RAIN),
    HoldingKind.UPLOADS: Upload(
        id=UploadId(RAIN),
        owner_id=ANN,
        kind=UploadKind.FINAL,
        length=11,
        offset=11,
        metadata={"filename": "Règen.mp4"},
        joined=(UploadId(ID),),
        created_at=AT,
        expires_at=AT,
        version=2,
    ),
    HoldingKind.UPLOAD_PARTS: KeptPart(
        upload_id=UploadId(ID), start=0, size=11, key="uploads/019ca900-0000-7000-8000-000000000004/0"
    ),
}


def a_view(number: int) -> View:
    return View(id=ViewId(UUID(int=number)), video_id=RAIN, viewer_id=None, at=AT + timedelta(seconds=number))


async def pieces(rows: Sequence[Holding], size: int = 100) -> AsyncGenerator[Sequence[Holding], None]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


async def written(folder: Path, **more: Sequence[Holding]) -> Path:
    """An archive with one row of each kind, or more of those that are named."""
    writer = ArchiveFolderWriter(folder)
    for kind in HoldingKind:
        await writer.write(kind, pieces(more.get(kind.value, [ROWS[kind]])))
    await writer.finish()
    return folder


async def read(archive: ArchiveFolder, kind: HoldingKind) -> list[Holding]:
    return [row async for piece in archive.rows(kind) for row in piece]


def refusal(folder: Path) -> str:
    with pytest.raises(MoveRefused) as refused:
        open_archive(folder, Unwatched())
    return str(refused.value)


async def test_every_kind_of_row_comes_back_as_it_was(tmp_path: Path) -> None:
    archive = open_archive(await written(tmp_path), Unwatched())

    for kind, row in ROWS.items():
        assert await archive.count(kind) == 1
        assert await read(archive, kind) == [row]


def test_archives_of_the_first_format_can_be_read_for_ever() -> None:
    lines = Path(__file__).with_name("house_archive_1.jsonl").read_bytes().splitlines(keepends=True)
    vector = replace(VECTOR, model="ingested", text_digest=None)
    rows = ROWS | {HoldingKind.VECTORS: vector}

    found = [row_of(kind, line) for kind, line in zip(KINDS[1], lines, strict=True)]

    assert found == [rows[kind] for kind in KINDS[1]]


def test_archives_of_the_second_format_can_be_read_for_ever() -> None:
    lines = Path(__file__).with_name("house_archive_2.jsonl").read_bytes().splitlines(keepends=True)
    heard = ROWS[HoldingKind.CAPTIONS]
    assert isinstance(heard, Captions)
    written_by_somebody = replace(heard.track, automatic=False, made_of=None)
    rows = ROWS | {HoldingKind.CAPTIONS: replace(heard, track=written_by_somebody)}

    found = [row_of(kind, line) for kind, line in zip(KINDS[2], lines, strict=True)]

    assert found == [rows[kind] for kind in KINDS[2]]


def test_archives_of_the_third_format_can_be_read_for_ever() -> None:
    lines = Path(__file__).with_name("house_archive_3.jsonl").read_bytes().splitlines(keepends=True)

    assert [row_of(kind, line) for kind, line in zip(HoldingKind, lines, strict=True)] == [*ROWS.values()]
    # Should this fail, a line says something else than it did: then VERSION has to be raised.
    assert [line_of(row) for row in ROWS.values()] == lines


async def test_many_rows_come_in_pieces_that_begin_at_the_same_places(tmp_path: Path) -> None:
    views = [a_view(number) for number in range(2 * PIECE + 1)]
    archive = open_archive(await written(tmp_path, views=views), Unwatched())

    found = [piece async for piece in archive.rows(HoldingKind.VIEWS)]

    assert [len(piece) for piece in found] == [PIECE, PIECE, 1]
    assert [view for piece in found for view in piece] == views


async def test_the_same_rows_make_the_same_archive(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "other", "different")]
    for folder in folders:
        folder.mkdir()
    archives = [
        open_archive(await written(folders[0]), Unwatched()),
        open_archive(await written(folders[1]), Unwatched()),
        open_archive(await written(folders[2], views=[a_view(1)]), Unwatched()),
    ]
    assert len({archive.identity for archive in archives}) == 2


async def test_what_was_changed_or_damaged_is_refused(tmp_path: Path) -> None:
    await written(tmp_path)
    tmp_path.joinpath("views.jsonl.gz").write_bytes(gzip.compress(line_of(a_view(1))))

    assert refusal(tmp_path) == "views.jsonl.gz is not what house.json says: it was changed or damaged since."


async def test_an_archive_without_one_of_its_files_is_refused(tmp_path: Path) -> None:
    await written(tmp_path)
    tmp_path.joinpath("audit.jsonl.gz").unlink()

    assert refusal(tmp_path).endswith("it has no audit.jsonl.gz.")


async def test_an_archive_of_the_first_format_is_opened(tmp_path: Path) -> None:
    manifest = await written(tmp_path) / "house.json"
    said = json.loads(manifest.read_text())
    kinds = [file for file in said["kinds"] if file["kind"] in KINDS[1]]
    manifest.write_text(json.dumps({**said, "version": 1, "kinds": kinds}))

    archive = open_archive(tmp_path, Unwatched())

    for kind, row in ROWS.items():
        assert await read(archive, kind) == ([row] if kind in KINDS[1] else [])


async def test_what_was_not_finished_is_no_archive(tmp_path: Path) -> None:
    writer = ArchiveFolderWriter(tmp_path)
    for kind in HoldingKind:
        await writer.write(kind, pieces([ROWS[kind]]))

    assert refusal(tmp_path) == f"There is no whole archive of a house in {tmp_path}: it has no house.json."


async def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    manifest = await written(tmp_path) / "house.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "version": 4}))

    assert "has format 4, and this KillrVideo reads formats up to 3" in refusal(tmp_path)


@pytest.mark.parametrize("text", ["", "{}", '{"format": "killrvideo-house", "version": 1, "kinds": []}'])
async def test_what_is_no_manifest_is_refused(tmp_path: Path, text: str) -> None:
    tmp_path.joinpath("house.json").write_text(text)

    assert refusal(tmp_path) == f"house.json in {tmp_path} is not one that killrvideo move-out wrote."


async def test_a_row_that_says_what_nobody_can_keep_is_named(tmp_path: Path) -> None:
    good = a_view(1)
    bad = replace(good, viewer_id="Ann")  # type: ignore[arg-type]
    archive = open_archive(await written(tmp_path, views=[good, bad]), Unwatched())

    with pytest.raises(MoveRefused, match=r"^views\.jsonl\.gz, line 2 says something that"):
        await read(archive, HoldingKind.VIEWS)


async def test_a_folder_that_is_gone_is_said_in_a_sentence(tmp_path: Path) -> None:
    writer = ArchiveFolderWriter(tmp_path / "nowhere")

    with pytest.raises(MoveRefused, match=r"^views\.jsonl\.gz cannot be written: No such file or directory"):
        await writer.write(HoldingKind.VIEWS, pieces([a_view(1)]))
