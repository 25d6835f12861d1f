"""Moving house: everything out into an archive, everything in from one, and whether two are the same."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing

from killrvideo.domain.activity import KEPT_FOR
from killrvideo.domain.errors import StaleVersion
from killrvideo.domain.housekeeping import HouseMark
from killrvideo.features.moving.comparing import Difference, differences
from killrvideo.features.moving.lasting import Lasting
from killrvideo.service_interfaces.clock import Clock
from killrvideo.service_interfaces.moving import (
    Holding,
    HoldingKind,
    Holdings,
    HouseArchive,
    HouseArchiveWriter,
    Inventory,
    MoveRefused,
    MovingProgress,
    Reached,
)

__all__ = ["Difference", "Moving"]

ORDER = tuple(HoldingKind)


class Moving:
    def __init__(self, holdings: Holdings, clock: Clock) -> None:
        self._holdings = holdings
        self._clock = clock

    async def leave(
        self, archive: HouseArchiveWriter, progress: MovingProgress | None = None
    ) -> Mapping[HoldingKind, int]:
        """Writes all that is kept; how many rows of each kind. Raises MoveRefused, Unavailable."""
        written: dict[HoldingKind, int] = {}
        mark = await self._holdings.mark()
        async with self._holdings.opened() as inventory:
            house = Lasting(inventory, self._clock.now() - KEPT_FOR)
            # What refers to others is read before them: whatever comes meanwhile, no reference dangles.
            for kind in reversed(ORDER):
                await _expect(progress, house, kind)
                async with aclosing(house.rows(kind)) as rows:
                    written[kind] = await archive.write(kind, _watched(progress, kind, rows))
        await archive.finish(None if mark is None else mark.word)
        return {kind: written[kind] for kind in ORDER}

    async def enter(
        self, archive: HouseArchive, progress: MovingProgress | None = None
    ) -> Mapping[HoldingKind, int]:
        """Puts everything into an empty house; how many rows of each kind there are now.

        What a crash leaves undone, entering again completes. Raises MoveRefused, Unavailable.
        """
        reached = await self._place_of(archive)
        counts: dict[HoldingKind, int] = {}
        for kind in ORDER:
            await _expect(progress, archive, kind)
        for kind in ORDER:
            behind = ORDER.index(kind) - ORDER.index(reached.kind)
            passed = await archive.count(kind) if behind < 0 else reached.rows if behind == 0 else 0
            counts[kind] = await self._enter(archive, kind, passed or 0, progress)
        await self._take_over(archive.mark)
        await self._holdings.moved_in()
        return counts

    async def compare(self, other: Inventory) -> Sequence[Difference]:
        """What is in the one and not, or not the same, in the other; nothing when they are equal."""
        since = self._clock.now() - KEPT_FOR
        async with self._holdings.opened() as inventory:
            here, there = Lasting(inventory, since), Lasting(other, since)
            return [found for kind in ORDER for found in await differences(kind, here, there)]

    async def _place_of(self, archive: HouseArchive) -> Reached:
        """Where to go on; raises MoveRefused unless the house is empty, or the archive moving in."""
        reached = await self._holdings.reached()
        if reached is None:
            await self._refuse_inhabited()
            reached = Reached(archive.identity, ORDER[0])
            await self._holdings.put((), reached)
        elif reached.archive != archive.identity:
            raise MoveRefused(
                "Another archive has begun to move in here. Let that one finish, or take an empty house."
            )
        return reached

    async def _take_over(self, word: str | None) -> None:
        """The files are this house's now, if they still are the other's."""
        if word is not None:
            mark = HouseMark(word=word, swept_at=self._clock.now())
            if not await self._holdings.change_mark(await self._holdings.mark(), mark):
                raise StaleVersion("The files are being marked at this moment. Move in once more.")

    async def _refuse_inhabited(self) -> None:
        async with self._holdings.opened() as house:
            for kind in ORDER:
                async with aclosing(house.rows(kind)) as rows:
                    async for _ in rows:
                        raise MoveRefused(
                            f"There are {kind} here already. A house moves into an empty one: name another "
                            "data folder or keyspace."
                        )

    async def _enter(
        self, archive: HouseArchive, kind: HoldingKind, passed: int, progress: MovingProgress | None
    ) -> int:
        read = 0
        async with aclosing(archive.rows(kind)) as rows:
            async for piece in rows:
                read += len(piece)
                # A place that is remembered is the end of a piece.
                if read > passed:
                    await self._holdings.put(piece, Reached(archive.identity, kind, read))
                _advance(progress, kind, len(piece))
        return read


async def _expect(progress: MovingProgress | None, inventory: Inventory, kind: HoldingKind) -> None:
    if progress is not None and (count := await inventory.count(kind)) is not None:
        progress.expect(kind, count)


def _advance(progress: MovingProgress | None, kind: HoldingKind, rows: int) -> None:
    if progress is not None:
        progress.advance(kind, rows)


async def _watched(
    progress: MovingProgress | None, kind: HoldingKind, rows: AsyncGenerator[Sequence[Holding], None]
) -> AsyncGenerator[Sequence[Holding], None]:
    async for piece in rows:
        yield piece
        _advance(progress, kind, len(piece))
