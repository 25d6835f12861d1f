"""Writing the archive of a house into a folder."""

import asyncio
import gzip
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from killrvideo.adapters.house_archive.lines import line_of
from killrvideo.adapters.house_archive.manifest import MANIFEST, Manifest, RowsFile, digest_of, file_of
from killrvideo.service_interfaces.moving import Holding, HoldingKind, MoveRefused


class ArchiveFolderWriter:
    """Keeps HouseArchiveWriter. The folder is empty, and nobody else's until it is finished."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: dict[HoldingKind, RowsFile] = {}

    async def write(self, kind: HoldingKind, rows: AsyncGenerator[Sequence[Holding], None]) -> int:
        path = self._folder / file_of(kind)
        count = 0
        try:
            with await asyncio.to_thread(gzip.GzipFile, path, "xb", 6, None, 0) as file:
                async for piece in rows:
                    await asyncio.to_thread(_append, file, piece)
                    count += len(piece)
            self._written[kind] = await asyncio.to_thread(_described, kind, path, count)
        except OSError as error:
            raise MoveRefused(f"{path.name} cannot be written: {error.strerror}.") from error
        return count

    async def finish(self, mark: str | None = None) -> None:
        manifest = Manifest(kinds=[self._written[kind] for kind in HoldingKind], mark=mark)
        path = self._folder / MANIFEST
        await asyncio.to_thread(path.write_text, manifest.model_dump_json(indent=2) + "\n", "utf-8")


def _append(file: gzip.GzipFile, rows: Sequence[Holding]) -> None:
    file.write(b"".join(map(line_of, rows)))


def _described(kind: HoldingKind, path: Path, rows: int) -> RowsFile:
    return RowsFile(kind=kind, file=path.name, rows=rows, size=path.stat().st_size, sha256=digest_of(path))
