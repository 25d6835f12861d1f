"""Near vectors in the embedded store."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import numpy as np
import orjson
from rich.console import Console
from rich.progress import track

from evaluations.labelled import UPLOADER
from evaluations.reports import Figures
from evaluations.vectors.made import COLUMNS, NOTE, PIECE, WANTED, Made, busy, video_id
from killrvideo.adapters.clock import SystemClock, Uuid7Source
from killrvideo.adapters.sqlite.connections import open_writer
from killrvideo.adapters.sqlite.storage import SqliteStorage
from killrvideo.domain.search import SearchFilter
from killrvideo.domain.vectors import DIMENSION

MODEL = "made-up"
FILE = "store.db"
ADD_ACCOUNT = """
INSERT INTO accounts (id, first_name, last_name, name_key, roles, scopes, status, created_at, version)
VALUES (?, '', '', '', '[]', '[]', 'active', 0, 1)
"""
ADD_VIDEO = """
INSERT INTO videos (id, uploader_id, title, title_is_provisional, tags, location, location_type, category,
  language, status, submitted_at, version, causes)
VALUES (?, ?, 'A video', 0, ?, '', 1, ?, ?, 'READY', ?, 1, 0)
"""
ADD_VECTOR = """
INSERT INTO vectors (video_id, model, dimension, text_digest, stored_at, signs, vector)
VALUES (?, ?, ?, '', 0, ?, ?)
"""


def in_sqlite(console: Console, sizes: Sequence[int]) -> Figures:
    rows, notes = list[Sequence[str]](), list[str]()
    for size in sizes:
        made = Made.of(size)
        with TemporaryDirectory() as folder:
            found, note = asyncio.run(_of_store(console, Path(folder, FILE), made))
        rows += found
        notes.append(note)
    return Figures(f"Near vectors, embedded: the {WANTED} nearest", COLUMNS, rows, [NOTE, *notes, busy()])


async def _of_store(console: Console, path: Path, made: Made) -> tuple[list[Sequence[str]], str]:
    storage = SqliteStorage(path, SystemClock(), Uuid7Source(), synchronous="off")
    await storage.open()
    try:
        with closing(open_writer(path, "off", 5.0)) as connection:
            for start in track(
                range(0, len(made.vectors), PIECE), "Filling", console=console, transient=True
            ):
                _fill(connection, made, range(start, min(start + PIECE, len(made.vectors))))
        began = time.perf_counter()
        await storage.vectors.nearest(MODEL, made.questions[0].tolist(), SearchFilter(), WANTED)
        first = time.perf_counter() - began
        with console.status(f"Searching {len(made.vectors):,}"):
            rows = await made.measured(
                lambda vector, chosen: storage.vectors.nearest(MODEL, vector, chosen, WANTED)
            )
    finally:
        await storage.close()
    return rows, f"{len(made.vectors):,}: the first search reads the signs, which took {first:.1f} s."


def _fill(connection: apsw.Connection, made: Made, numbers: range) -> None:
    with connection:
        if numbers.start == 0:
            connection.execute(ADD_ACCOUNT, (UPLOADER.bytes,))
        connection.executemany(ADD_VIDEO, (_video(made, number) for number in numbers))
        connection.executemany(ADD_VECTOR, _vectors(made, numbers))


def _video(made: Made, number: int) -> tuple[str | int | bytes, ...]:
    category, language, tag = made.traits(number)
    tags = orjson.dumps({tag: tag}).decode()
    return video_id(number).bytes, UPLOADER.bytes, tags, category, language, number


def _vectors(made: Made, numbers: range) -> Iterator[tuple[str | int | bytes, ...]]:
    vectors = made.vectors[numbers.start : numbers.stop]
    signs = np.packbits(vectors > 0, axis=1, bitorder="little")
    for number, sign, vector in zip(numbers, signs, vectors, strict=True):
        yield video_id(number).bytes, MODEL, DIMENSION, sign.tobytes(), vector.astype("<f4").tobytes()
