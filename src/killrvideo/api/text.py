"""Text from outside: no NUL, which stores cut at, and no lone surrogate, which no encoding can write."""

from typing import Annotated

from pydantic import AfterValidator


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain the character NUL")
    return text


INK = r"[^\s\x1c-\x1f\x85]"
"""A character that is no blank, for Python and for JSON Schema alike."""
NOT_BLANK = {"pattern": INK}
"""Told in the schema and checked by the features, whose sentences people can read."""
THREE_BETWEEN_BLANKS = {"pattern": rf"{INK}[\s\S]+{INK}"}
"""At least three characters when the blanks around them are taken away; told and checked likewise."""

Text = Annotated[str, AfterValidator(_storable)]
"""Pydantic refuses lone surrogates by itself."""
