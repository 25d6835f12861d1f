"""Comments with negation and irony, put together from parts: the rated texts have few of either."""

import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from training.rated_texts import CLASSES

PARTS = Path(__file__).with_name("phrases.toml")


def phrases() -> list[tuple[str, int]]:
    """Each with its class, a place in `CLASSES`; none comes twice."""
    parts = tomllib.loads(PARTS.read_text())
    found = dict.fromkeys(_filled(parts["pattern"], parts["subjects"]))
    for name, texts in parts["whole"].items():
        for text in texts:
            found |= dict.fromkeys((spelled, CLASSES.index(name)) for spelled in _spellings(text))
    return list(found)


def _filled(patterns: list[dict[str, list[str]]], subjects: list[str]) -> Iterator[tuple[str, int]]:
    for pattern in patterns:
        label = CLASSES.index(str(pattern["class"]))
        for frame, word, subject in product(pattern["frames"], pattern["words"], subjects):
            begins = frame.startswith("{subject}")
            yield frame.format(subject=subject if begins else _lower(subject), word=word), label


def _spellings(text: str) -> tuple[str, str]:
    return text, text[0].upper() + text[1:] if text[0].islower() else text.lower()


def _lower(subject: str) -> str:
    return subject[0].lower() + subject[1:]
