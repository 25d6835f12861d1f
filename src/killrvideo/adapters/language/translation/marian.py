"""A translation model in the format of CTranslate2, with its pieces of words, as OPUS-MT's are published."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import ctranslate2
import sentencepiece

from killrvideo.adapters.language.snapshots import snapshot

WANTED = ("config.json", "model.bin", "*vocabulary.*", "*.spm", "*.model")
"""Files of a hub's model."""
PIECES = (("source.spm", "target.spm"), ("sentencepiece.model", "sentencepiece.model"))
COMPUTED_IN = "int8"
BEAM = 3
TOKENS_AT_ONCE = 1024
READ_MOST, WRITTEN_MOST = 400, 400
"""Pieces of one sentence."""
END = "</s>"
BLANK = "\u2581"
"""What stands for one in pieces."""


class Pieces(Protocol):
    """What we use of sentencepiece, which has no types of its own."""

    def encode(self, text: str, *, out_type: type[str]) -> list[str]: ...

    def decode(self, pieces: list[str]) -> str: ...


class Marian:
    def __init__(self, folder: Path, threads: int) -> None:
        """Raises ValueError for a folder that holds no model, RuntimeError for one that cannot be loaded."""
        self._source, self._target = (_pieces(file) for file in _tokenizer(folder))
        self._model = ctranslate2.Translator(
            str(folder), device="cpu", compute_type=COMPUTED_IN, intra_threads=threads
        )
        config = json.loads((folder / "config.json").read_text("utf-8"))
        # Models from Marian's own format add it by themselves, those from other formats want to read it.
        self._end = [] if config.get("add_source_eos") else [END]

    def translated(self, sentences: Sequence[str]) -> list[str]:
        """One for each. May be asked by several threads at once."""
        results = self._model.translate_batch(
            [self._source.encode(one, out_type=str)[:READ_MOST] + self._end for one in sentences],
            beam_size=BEAM,
            max_batch_size=TOKENS_AT_ONCE,
            batch_type="tokens",
            max_decoding_length=WRITTEN_MOST,
            replace_unknowns=True,
        )
        # What was unknown stands there as a piece of the source, which the other side cannot decode.
        decoded = (self._target.decode(result.hypotheses[0]) for result in results)
        return [text.replace(BLANK, " ").strip() for text in decoded]


def load_folder(folder: Path, threads: int) -> Marian:
    return Marian(folder, threads)


def load_hub(repository: str, revision: str | None, threads: int) -> Marian:
    """Raises as `snapshot` does."""
    return snapshot(repository, revision, WANTED, lambda folder: Marian(folder, threads))


def _tokenizer(folder: Path) -> tuple[Path, Path]:
    for source, target in PIECES:
        if all((folder / name).is_file() for name in (source, target, "model.bin", "config.json")):
            return folder / source, folder / target
    wanted = " nor ".join(f"{source} and {target}" for source, target in PIECES)
    raise ValueError(f"{folder} holds no translation model: model.bin, config.json, and neither {wanted}")


def _pieces(file: Path) -> Pieces:
    pieces: Pieces = sentencepiece.SentencePieceProcessor(str(file))
    return pieces
