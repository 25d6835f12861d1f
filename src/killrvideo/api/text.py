"""Text from outside: no NUL, which stores cut at, and no lone surrogate, which no encoding can write."""

from typing import Annotated

from pydantic import AfterValidator


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain the character NUL")
    return text


NOT_BLANK = {"pattern": r"[^\s\x1c-\x1f\x85]"}
"""Told in the schema and checked by the features, whose sentences people can read. Python takes a few control
characters for blanks that JSON Schema's expressions do not.
"""

Text = Annotated[str, AfterValidator(_storable)]
"""Pydantic refuses lone surrogates by itself."""
