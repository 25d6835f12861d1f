"""The smallest real translation model: a transformer in CTranslate2's format that says words one by one.

Its weights are set by hand. Vectors have a number for each word and one for each place; each step looks, by
its place, at the word that stands there, and says the one that it stands for.
"""

import io
from pathlib import Path

import numpy as np
import sentencepiece
from ctranslate2.specs import TransformerSpec

PLACES = 64
SURE = 60.0
MARKS = ("<unk>", "<s>", "</s>")


def toy_model(folder: Path, words: dict[str, str]) -> Path:
    """A model of these words, laid out as hubs lay them out. What it does not know becomes ``<unk>``."""
    folder.mkdir(parents=True)
    source = _pieces(folder / "source.spm", list(words))
    target = _pieces(folder / "target.spm", list(words.values()))
    meant = {f"▁{word}": f"▁{said}" for word, said in words.items()} | {mark: mark for mark in MARKS}
    spec = _spec(source, target, [target.index(meant.get(piece, MARKS[0])) for piece in source])
    spec.register_source_vocabulary(source)
    spec.register_target_vocabulary(target)
    spec.validate()
    spec.save(str(folder))
    return folder


def _pieces(file: Path, words: list[str]) -> list[str]:
    """Trains the tokenizer, in which each word is a piece; all pieces by their number."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([" ".join(words)] * 3),
        model_writer=model,
        model_type="word",
        vocab_size=len(set(words)) + len(MARKS),
        normalization_rule_name="identity",
        minloglevel=2,
    )
    file.write_bytes(model.getvalue())
    pieces = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    return [pieces.id_to_piece(number) for number in range(len(pieces))]


def _spec(source: list[str], target: list[str], meant: list[int]) -> TransformerSpec:
    words = max(len(source), len(target))
    size = words + PLACES
    spec = TransformerSpec.from_config((1, 1), 1, pre_norm=True, no_final_norm=True)
    for side, pieces in ((spec.encoder, source), (spec.decoder, target)):
        embeddings = side.embeddings[0] if isinstance(side.embeddings, list) else side.embeddings
        embeddings.weight = np.eye(len(pieces), size, dtype=np.float32)
        side.scale_embeddings = np.dtype("int8").type(0)
        side.position_encodings.encodings = np.eye(PLACES, size, words, dtype=np.float32)
        [layer] = side.layer
        _silence(layer.self_attention, size)
        _set(layer.ffn.linear_0, np.zeros((size, size)))
        _set(layer.ffn.linear_1, np.zeros((size, size)))
        _plain(layer.ffn.layer_norm, size)
    _look_across(spec.decoder.layer[0].attention, words, size, meant)
    _set(spec.decoder.projection, np.eye(len(target), size))
    return spec


def _look_across(attention: object, words: int, size: int, meant: list[int]) -> None:
    places = np.diag(np.r_[np.zeros(words), np.ones(PLACES)])
    said = np.zeros((size, size))
    for number, meaning in enumerate(meant):
        said[meaning, number] = SURE
    _plain(attention.layer_norm, size)  # type: ignore[attr-defined]
    queries, keys_and_values, out = attention.linear  # type: ignore[attr-defined]
    _set(queries, SURE * places)
    _set(keys_and_values, np.r_[places, said])
    _set(out, np.eye(size))


def _silence(attention: object, size: int) -> None:
    _plain(attention.layer_norm, size)  # type: ignore[attr-defined]
    together, out = attention.linear  # type: ignore[attr-defined]
    _set(together, np.zeros((3 * size, size)))
    _set(out, np.zeros((size, size)))


def _plain(norm: object, size: int) -> None:
    norm.gamma, norm.beta = np.ones(size, np.float32), np.zeros(size, np.float32)  # type: ignore[attr-defined]


def _set(linear: object, weight: np.ndarray) -> None:
    linear.weight = weight.astype(np.float32)  # type: ignore[attr-defined]
    linear.bias = np.zeros(len(weight), np.float32)  # type: ignore[attr-defined]
