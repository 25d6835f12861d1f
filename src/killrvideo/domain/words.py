"""What a reader typed, as words."""

import re
from unicodedata import normalize

WORD = re.compile(r"[^\W_]+")
WORDS_MOST = 16
"""Words of a query that count; the rest of a pasted page would only cost time."""

IN_NEARLY_EVERY_TEXT = """
a about all also am an and any are as at be been but by can could did do does for from get had has have
he her here him his how i if in into is it its just like ll me more my no not of on or our out re s she
so some t than that the their them then there these they this those to too up us ve was we were what
when where which who why will with would you your
"""
STOP_WORDS = frozenset(IN_NEARLY_EVERY_TEXT.split())
"""English words that tell nothing apart."""


def words_of(text: str) -> tuple[str, ...]:
    """The telling words, each once, as they come; stop-words only where there is nothing else."""
    found = dict.fromkeys(WORD.findall(normalize("NFC", text).lower()))
    return tuple(word for word in found if word not in STOP_WORDS) or tuple(found)
