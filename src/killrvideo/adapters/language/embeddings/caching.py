"""Vectors of texts that were embedded not long ago."""

from array import array
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import sha256

from killrvideo.adapters.language.embeddings.files import Vector
from killrvideo.service_interfaces.language import EmbeddingModel, Purpose


class CachedEmbeddings:
    """Keeps EmbeddingModel, by another. Remembers digests, never texts.

    An entry takes four bytes for each dimension and about two hundred more; those that were used last stay.
    """

    def __init__(self, model: EmbeddingModel, entries: int) -> None:
        self._model = model
        self._entries = entries
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def dimension(self) -> int:
        return self._model.dimension

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> Sequence[Vector]:
        digests = [self._digest(text, purpose) for text in texts]
        vectors = {digest: kept for digest in digests if (kept := self._kept.get(digest)) is not None}
        missing = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in vectors}
        if missing:
            made = await self._model.embed(list(missing.values()), purpose)
            vectors |= {digest: array("f", one).tobytes() for digest, one in zip(missing, made, strict=True)}
        self._keep(vectors)
        return [array("f", vectors[digest]) for digest in digests]

    def _keep(self, vectors: dict[bytes, bytes]) -> None:
        for digest, vector in vectors.items():
            self._kept[digest] = vector
            self._kept.move_to_end(digest)
        while len(self._kept) > self._entries:
            self._kept.popitem(last=False)

    def _digest(self, text: str, purpose: Purpose) -> bytes:
        named = f"{self.name}\0{purpose}\0{text}"
        return sha256(named.encode("utf-8", "surrogatepass")).digest()
