"""Marking found words in passages that are safe to put into a page."""

import html
import secrets

# Private-use characters, and a number that nobody can guess: no title brings marks of its own.
OPEN = f"\ue000{secrets.token_hex(8)}\ue001"
CLOSE = f"\ue002{secrets.token_hex(8)}\ue003"


def highlights(*passages: str | None) -> tuple[str, ...]:
    """Those of the passages in which something is marked, HTML-escaped."""
    return tuple(
        html.escape(passage).replace(OPEN, "<mark>").replace(CLOSE, "</mark>")
        for passage in passages
        if passage and OPEN in passage
    )
