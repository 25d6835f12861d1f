"""The packaged model, laid out as hubs lay models out."""

import json
from pathlib import Path
from typing import Any

from killrvideo.adapters.language.embeddings.packaged import packaged_model

CONFIG = {"model_type": "bert", "hidden_size": 384, "max_position_embeddings": 512}
READING = "sentence_bert_config.json"
PROMPTS = "config_sentence_transformers.json"
POOLING = "1_Pooling/config.json"


def lay_out(folder: Path, **said: dict[str, Any]) -> Path:
    """``said``: contents of further files, by the names above, without which there are none."""
    packaged = packaged_model()
    (folder / "onnx").mkdir(parents=True)
    (folder / "onnx" / "model.onnx").symlink_to(packaged.weights)
    (folder / "tokenizer.json").symlink_to(packaged.tokenizer)
    write(folder, "config.json", CONFIG)
    for name, content in said.items():
        write(folder, {"reading": READING, "prompts": PROMPTS, "pooling": POOLING}[name], content)
    return folder


def write(folder: Path, name: str, content: dict[str, Any]) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content))
