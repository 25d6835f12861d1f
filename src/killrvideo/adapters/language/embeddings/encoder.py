"""ONNX models of texts, run in this process. It needs numerical libraries, so it is imported late."""

from array import array
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from killrvideo.adapters.language.embeddings.comparing import KeptTokens, Tokens, batches, comparison
from killrvideo.adapters.language.embeddings.files import ModelFiles, Pooling, Vector
from killrvideo.domain.comparisons import Comparison
from killrvideo.domain.errors import ModelUnavailable

CHARACTERS_MOST = 32
"""For each token that the model reads: what stands further back is not even looked at."""
SMALLEST = 1e-9
INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids"})
TOKEN_VECTORS = 3
"""Axes of an answer that has a vector for each token, rather than one for each text."""

Numbers = NDArray[np.float32]
Integers = NDArray[np.int64]


class OnnxEncoder:
    """Keeps TextEncoder. What comes out for a text does not depend on those beside it."""

    def __init__(self, files: ModelFiles) -> None:
        """Raises ModelUnavailable, OSError, and whatever the libraries raise for files that are none."""
        for path, digest in files.digests.items():
            _verify(path, digest)
        self._files = files
        self._tokenizer = Tokenizer.from_file(str(files.tokenizer))
        self._padding = int((self._tokenizer.padding or {}).get("pad_id", 0))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(files.tokens_most)
        self._session = _session(files.weights)
        self._inputs = [one.name for one in self._session.get_inputs()]
        if unknown := set(self._inputs) - INPUTS:
            raise ModelUnavailable(f"The model wants {', '.join(sorted(unknown))}, which texts do not have.")
        self._output = _output(self._session)
        self._kept = KeptTokens()

    def encode(self, texts: Sequence[str]) -> list[Vector]:
        # One by one: a batch would bring a pool of threads along, for no gain at these sizes.
        answer, mask = self._answered([self._encoded(text) for text in texts])
        return [array("f", row.tobytes()) for row in self._whole(answer, mask)]

    def compare(self, text: str, others: Sequence[str]) -> list[Comparison]:
        known = self._tokens([text, *others])
        words = known[text].of_words(text)
        return [comparison(words, known[text], known[other]) for other in others]

    def _tokens(self, texts: Sequence[str]) -> dict[str, Tokens]:
        known = {text: found for text in texts if (found := self._kept.get(text)) is not None}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        encoded = [self._encoded(text) for text in missing]
        for places in batches([len(one.ids) for one in encoded]):
            answer, mask = self._answered([encoded[place] for place in places])
            if answer.ndim < TOKEN_VECTORS:
                raise ModelUnavailable("The model tells of whole texts only, not of their words.")
            for place, row, whole in zip(places, answer, self._whole(answer, mask), strict=True):
                known[missing[place]] = _without_marks(encoded[place], row, whole)
        for text in missing:
            self._kept.put(text, known[text])
        return known

    def _encoded(self, text: str) -> Encoding:
        return self._tokenizer.encode(self._readable(text))

    def _answered(self, encoded: Sequence[Encoding]) -> tuple[Numbers, Integers]:
        """What the model says, and which places of it are tokens."""
        fed, mask = self._padded([one.ids for one in encoded])
        (answer,) = self._session.run([self._output], {name: fed[name] for name in self._inputs})
        return np.asarray(answer, dtype=np.float32), mask

    def _whole(self, answer: Numbers, mask: Integers) -> Numbers:
        """A vector of length one for each text."""
        pooled = self._pooled(answer, mask)
        if pooled.shape != (len(mask), self._files.dimension) or not np.isfinite(pooled).all():
            raise ModelUnavailable(f"The model does not answer with {self._files.dimension} numbers a text.")
        return _of_length_one(pooled)

    def _readable(self, text: str) -> str:
        """JSON can spell halves of characters, which no tokenizer reads."""
        start = text[: self._files.tokens_most * CHARACTERS_MOST]
        return start.encode("utf-8", "replace").decode("utf-8")

    def _padded(self, tokens: Sequence[Sequence[int]]) -> tuple[dict[str, Integers], Integers]:
        """What the model is fed with, and which places of it are tokens."""
        shape = len(tokens), max(map(len, tokens))
        ids, mask = np.full(shape, self._padding, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        for row, of_text in enumerate(tokens):
            ids[row, : len(of_text)] = of_text
            mask[row, : len(of_text)] = 1
        return {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}, mask

    def _pooled(self, answer: Numbers, mask: Integers) -> Numbers:
        if answer.ndim < TOKEN_VECTORS:
            return answer
        if self._files.pooling is Pooling.FIRST:
            first: Numbers = answer[:, 0]
            return first
        weights = mask[:, :, None].astype(np.float32)
        mean: Numbers = (answer * weights).sum(axis=1) / weights.sum(axis=1)
        return mean


def _without_marks(encoded: Encoding, row: Numbers, whole: Numbers) -> Tokens:
    kept = [place for place, is_mark in enumerate(encoded.special_tokens_mask) if not is_mark]
    spans = [encoded.offsets[place] for place in kept]
    return Tokens(_of_length_one(row[kept]).astype(np.float16), spans, whole)


def load(files: ModelFiles) -> OnnxEncoder:
    """What ``loading`` calls by name, once it has imported this module."""
    return OnnxEncoder(files)


def _verify(path: Path, digest: str) -> None:
    if sha256(path.read_bytes()).hexdigest() != digest:
        raise ModelUnavailable(f"{path.name} is not the file that it should be: its digest differs.")


def _session(weights: Path) -> onnxruntime.InferenceSession:
    """One thread a call: on few processors several are slower than one, and callers bring their own."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # It keeps what the largest batch took for ever, and saves no time at these sizes.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


def _output(session: onnxruntime.InferenceSession) -> str:
    """The vectors of the tokens, where a model also answers something else."""
    outputs = session.get_outputs()
    of_tokens = (one.name for one in outputs if len(one.shape or ()) == TOKEN_VECTORS)
    return str(next(of_tokens, outputs[0].name))


def _of_length_one(vectors: Numbers) -> Numbers:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (lengths > SMALLEST).all():
        raise ModelUnavailable("The model answers with nothing but zeros.")
    return np.ascontiguousarray(vectors / lengths, dtype=np.float32)
