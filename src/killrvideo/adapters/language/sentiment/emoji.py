"""Emoji in words, since the model knows none of them: to it a thumb down and a heart are the same."""

import re
from collections.abc import Mapping
from unicodedata import category, name

MEANT = {
    "👍": "good",
    "👎": "bad",
    "🔥": "awesome",
    "👌": "good",
    "👏": "great",
    "🙌": "hooray",
    "🙏": "thank you",
    "💯": "perfect",
    "🎉": "congratulations",
    "❤": "love",
    "♥": "love",
    "💔": "sad",
    "💪": "strong",
    "🤬": "furious",
    "🖕": "hateful",
    "⭐": "excellent",
    "🌟": "excellent",
    "💩": "crap",
    "🤮": "disgusting",
    "🤢": "disgusting",
    "🥱": "boring",
    "😴": "boring",
    "🙄": "annoying",
    "😒": "annoying",
    "🤡": "ridiculous",
    "✅": "yes",
    "❌": "no",
}
"""What viewers mean by them, where their names say something else, or nothing."""
FEELING = re.compile(r"\bface\b|\bhearts?\b|\bkiss")
"""What else says how somebody feels; all others are things, and are left out."""

SPELLED_MOST = 40
"""Any more are left out: a row says no more than its beginning, and must not push out the words."""
FIRST = "\u2190"
"""No symbol before it is an emoji of its own."""
PARTS = frozenset("\u200d\ufe0e\ufe0f♀♂")
"""What only changes another emoji; tones of skin and the letters of flags do so too."""


class Emoji:
    def __init__(self, described: Mapping[str, str]) -> None:
        """``described``: what is known by a better name than its own."""
        self._described = described

    def spelled_out(self, text: str) -> str:
        """The text with words for its emoji, as many as count; one that only changes another has none."""
        left = SPELLED_MOST
        parts: list[str] = []
        for character in text:
            if not _is_emoji(character):
                parts.append(character)
                continue
            meaning = self._meaning(character) if left else ""
            left -= bool(meaning)
            parts.append(f" {meaning} " if meaning else "")
        return "".join(parts)

    def _meaning(self, character: str) -> str:
        if _is_part(character):
            return ""
        said = MEANT.get(character) or self._described.get(character) or name(character, "").lower()
        return said if character in MEANT or FEELING.search(said) else ""


def _is_emoji(character: str) -> bool:
    return _is_part(character) or (character >= FIRST and category(character) == "So")


def _is_part(character: str) -> bool:
    return character in PARTS or "🇦" <= character <= "🇿" or "🏻" <= character <= "🏿"
