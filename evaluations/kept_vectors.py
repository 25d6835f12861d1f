"""Vectors of texts, kept in a file between runs: embedding takes minutes, and tuning takes many runs."""

import sqlite3
from array import array
from collections.abc import Sequence
from contextlib import closing
from hashlib import sha256

from evaluations.datasets import KEPT
from killrvideo.service_interfaces.language import EmbeddingModel, Purpose

FILE = KEPT / "vectors.db"
TABLE = "CREATE TABLE IF NOT EXISTS vectors (digest BLOB PRIMARY KEY, vector BLOB NOT NULL)"


class KeptVectors:
    """Keeps EmbeddingModel, by another."""

    def __init__(self, model: EmbeddingModel) -> None:
        self.name = model.name
        self.dimension = model.dimension
        self._model = model
        FILE.parent.mkdir(parents=True, exist_ok=True)

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> Sequence[Sequence[float]]:
        digests = [sha256(f"{self.name}\0{purpose}\0{text}".encode()).digest() for text in texts]
        with closing(sqlite3.connect(FILE)) as file:
            file.execute(TABLE)
            kept = {digest: vector for digest in digests if (vector := _kept(file, digest)) is not None}
            missing = {
                digest: text for digest, text in zip(digests, texts, strict=True) if digest not in kept
            }
            made = await self._model.embed(list(missing.values()), purpose) if missing else ()
            kept |= {digest: array("f", vector) for digest, vector in zip(missing, made, strict=True)}
            rows = [(digest, kept[digest].tobytes()) for digest in missing]
            file.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
            file.commit()
        return [kept[digest] for digest in digests]


class KeptModels:
    """Keeps EmbeddingModels: the one."""

    def __init__(self, model: EmbeddingModel) -> None:
        self.current = KeptVectors(model)

    def named(self, name: str) -> EmbeddingModel | None:
        return self.current if name == self.current.name else None


def _kept(file: sqlite3.Connection, digest: bytes) -> "array[float] | None":
    row = file.execute("SELECT vector FROM vectors WHERE digest = ?", (digest,)).fetchone()
    return None if row is None else array("f", row[0])
