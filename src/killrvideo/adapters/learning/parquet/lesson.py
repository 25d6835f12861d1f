"""What learning elsewhere is given: interactions, and the model that the new one is to be compared with."""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError

from killrvideo.adapters.learning.parquet.library import Arrow, load_arrow
from killrvideo.adapters.learning.parquet.lists import ListsWriter, read_lists
from killrvideo.service_interfaces.interactions import KINDS, Deed
from killrvideo.service_interfaces.learning import LearningRefused, NeighbourLists
from killrvideo.service_interfaces.moving import HoldingKind

CARD = "lesson.json"
FORMER = "former.parquet"
ROWS_AT_ONCE = 100_000
"""In memory, and side by side in a file."""


class LessonCard(BaseModel):
    """Written last: a folder without it is not whole."""

    former: UUID | None
    """The lists that the model in use was measured by."""


class LessonFolder:
    """Keeps InteractionsWriter. Rows come and go in pieces, whatever the number of them."""

    def __init__(self, folder: Path) -> None:
        """Raises LearningRefused where pyarrow is not installed."""
        self._folder = folder
        self._library = load_arrow()
        self._files = ExitStack()
        self._waiting: dict[HoldingKind, list[Deed]] = {kind: [] for kind in KINDS}
        self._written = 0

    def __enter__(self) -> "LessonFolder":
        self._deeds = {kind: self._opened(deeds_file(self._folder, kind)) for kind in KINDS}
        self._former = self._files.enter_context(ListsWriter(self._folder / FORMER, self._library))
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    async def add(self, kind: HoldingKind, deeds: Sequence[Deed]) -> None:
        self._waiting[kind] += deeds
        if len(self._waiting[kind]) >= ROWS_AT_ONCE:
            await asyncio.to_thread(self._write, kind)

    async def add_former(self, lists: NeighbourLists) -> None:
        await asyncio.to_thread(self._former.write, lists)

    async def finish(self, former: UUID | None) -> None:
        for kind in KINDS:
            await asyncio.to_thread(self._write, kind)
        self._files.close()
        (self._folder / CARD).write_text(LessonCard(former=former).model_dump_json(indent=2))

    def _opened(self, path: Path) -> Any:
        file = self._library.parquet.ParquetWriter(path, deed_schema(self._library.arrow))
        return self._files.enter_context(file)

    def _write(self, kind: HoldingKind) -> None:
        deeds, self._waiting[kind] = self._waiting[kind], []
        self._deeds[kind].write_table(_table(deeds, self._written, self._library))
        self._written += len(deeds)


def deeds_file(folder: Path, kind: HoldingKind) -> Path:
    return folder / f"{kind}.parquet"


def deed_schema(arrow: Any) -> Any:
    """`place` counts all rows as they were read: it decides between equal instants, here as elsewhere."""
    return arrow.schema(
        [
            ("account_id", arrow.string()),
            ("video_id", arrow.string()),
            ("strength", arrow.float32()),
            ("rated", arrow.bool_()),
            ("millis", arrow.int64()),
            ("place", arrow.int64()),
        ]
    )


def read_card(folder: Path) -> LessonCard:
    """Raises LearningRefused if the folder is not one that was written whole."""
    try:
        return LessonCard.model_validate_json((folder / CARD).read_bytes())
    except (OSError, ValidationError) as error:
        raise LearningRefused(f"{folder} holds no interactions that were written whole.") from error


def read_former(folder: Path) -> NeighbourLists:
    """Raises LearningRefused."""
    return read_lists(folder / FORMER, load_arrow())


def _table(deeds: Sequence[Deed], first: int, library: Arrow) -> Any:
    columns = [
        [str(deed.account_id) for deed in deeds],
        [str(deed.video_id) for deed in deeds],
        [deed.strength for deed in deeds],
        [deed.rated for deed in deeds],
        [deed.millis for deed in deeds],
        range(first, first + len(deeds)),
    ]
    schema = deed_schema(library.arrow)
    arrays = [library.arrow.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return library.arrow.Table.from_arrays(arrays, schema=schema)
