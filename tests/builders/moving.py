"""Houses that move, by way of an archive in a folder."""

from pathlib import Path

from killrvideo.adapters.house_archive import ArchiveFolder, ArchiveFolderWriter, open_archive
from killrvideo.features.moving import Difference, Moving
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.storage import Storage


class Unwatched:
    """Keeps ByteProgress, for nobody."""

    def expect(self, total: int) -> None:
        pass

    def advance(self, count: int) -> None:
        pass


async def archive_of(storage: Storage, clock: Clock, folder: Path) -> ArchiveFolder:
    """The house as an archive in a new folder."""
    await Moving(storage.holdings, clock).leave(_writer(folder))
    return open_archive(folder, Unwatched())


def _writer(folder: Path) -> ArchiveFolderWriter:
    folder.mkdir()
    return ArchiveFolderWriter(folder)


async def move(source: Storage, target: Storage, clock: Clock, folder: Path) -> None:
    """By way of a new folder."""
    await Moving(target.holdings, clock).enter(await archive_of(source, clock, folder))


async def differences(one: Storage, other: Storage, clock: Clock) -> list[Difference]:
    async with other.holdings.opened() as inventory:
        return list(await Moving(one.holdings, clock).compare(inventory))
