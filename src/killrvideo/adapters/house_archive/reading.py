"""Reading the archive of a house: all of it is checked before the first row is handed out."""

import asyncio
import gzip
import hashlib
from collections.abc import AsyncGenerator, Sequence
from itertools import islice
from pathlib import Path

from pydantic import ValidationError

from killrvideo.adapters.house_archive.lines import row_of
from killrvideo.adapters.house_archive.manifest import (
    KINDS,
    MANIFEST,
    VERSION,
    Heading,
    Manifest,
    RowsFile,
    digest_of,
    file_of,
)
from killrvideo.service_interfaces.blobs import ByteProgress
from killrvideo.service_interfaces.moving import PIECE, Holding, HoldingKind, MoveRefused


class ArchiveFolder:
    """Keeps HouseArchive."""

    def __init__(self, folder: Path, manifest: Manifest, identity: str) -> None:
        self.identity = identity
        self.mark = manifest.mark
        self._folder = folder
        self._counts = {file.kind: file.rows for file in manifest.kinds}

    async def count(self, kind: HoldingKind) -> int:
        return self._counts.get(kind, 0)

    async def rows(self, kind: HoldingKind) -> AsyncGenerator[Sequence[Holding], None]:
        """Raises MoveRefused for a line that cannot be read. An older archive has none of a newer kind."""
        if kind not in self._counts:
            return
        read = 0
        with gzip.open(self._folder / file_of(kind)) as file:
            while piece := await asyncio.to_thread(_next_rows, file, kind, read):
                read += len(piece)
                yield piece


def open_archive(folder: Path, progress: ByteProgress) -> ArchiveFolder:
    """The archive, if it is whole and every file as its manifest says; raises MoveRefused."""
    try:
        text = folder.joinpath(MANIFEST).read_bytes()
        manifest = _manifest(folder, text)
        progress.expect(sum(file.size for file in manifest.kinds))
        for file in manifest.kinds:
            _check(folder / file.file, file)
            progress.advance(file.size)
    except FileNotFoundError as error:
        name = Path(error.filename).name
        raise MoveRefused(f"There is no whole archive of a house in {folder}: it has no {name}.") from None
    except OSError as error:
        raise MoveRefused(f"{folder} cannot be read: {error.strerror}.") from error
    return ArchiveFolder(folder, manifest, hashlib.sha256(text).hexdigest())


def _manifest(folder: Path, text: bytes) -> Manifest:
    try:
        heading = Heading.model_validate_json(text)
        if heading.version not in KINDS:
            raise MoveRefused(
                f"The archive in {folder} has format {heading.version}, and this KillrVideo reads formats "
                f"up to {VERSION}: use the one that wrote it, or a newer one."
            )
        return Manifest.model_validate_json(text)
    except ValidationError:
        raise MoveRefused(f"{MANIFEST} in {folder} is not one that killrvideo move-out wrote.") from None


def _check(path: Path, file: RowsFile) -> None:
    if path.stat().st_size != file.size or digest_of(path) != file.sha256:
        raise MoveRefused(f"{file.file} is not what {MANIFEST} says: it was changed or damaged since.")


def _next_rows(file: gzip.GzipFile, kind: HoldingKind, read: int) -> list[Holding]:
    rows: list[Holding] = []
    for line in islice(file, PIECE):
        try:
            rows.append(row_of(kind, line))
        except ValidationError:
            where = f"{file_of(kind)}, line {read + len(rows) + 1}"
            raise MoveRefused(f"{where} says something that this KillrVideo cannot keep.") from None
    return rows
