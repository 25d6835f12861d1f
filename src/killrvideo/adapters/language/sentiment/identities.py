"""Comments without who they are about: names, peoples, countries and pronouns, each by one word for all.

A model that never sees them cannot judge by them. Names are recognised by their capitals, since no list knows
all; so other names go too, of products as well, and words with a sentiment of their own stay.
"""

import re
import tomllib
from collections.abc import Iterable, Set
from importlib.resources import files
from re import Match, Pattern

from killrvideo.domain.words import STOP_WORDS

SOMEBODY = "someone"
COUNTRY = "a country"
PEOPLE = "local"

PRONOUNS = {
    "they": "they he she xe ze zie ey fae",
    "their": "them him her his hers their theirs xem xyr xyrs hir hirs zir zirs em eir eirs faer faers",
    "themselves": "themselves themself himself herself xemself hirself zirself emself eirself faerself",
}
AFTER_THEY = {"is": "are", "was": "were", "has": "have", "does": "do", "isn't": "aren't", "wasn't": "weren't"}
AFTER_THEY |= {"hasn't": "haven't", "doesn't": "don't", "'s": "'re"}

NAME = re.compile(r"(?<![\w@#/.])[^\W\d_][\w'\u2019-]*[^\W_]|(?<![\w@#/.])[^\W\d_]")
BETWEEN_SENTENCES = re.compile(r"(^|[.!?:;…\n\"“(]|[^\w\s,'\u2019-])\s*$")
DOING = re.compile(
    r"['\u2019]s\b|\s+(?:and|can|could|did|gave|got|knew|knows|made|might|ran|said|should|spoke|told|took|would|wrote|"
    r"\w+s|\w+ed)\b"
)
REPEATED = re.compile(rf"\b{SOMEBODY}(?:(?:\s+|-){SOMEBODY})+\b")


class Identities:
    def __init__(self, openers: Set[str], meaning: Set[str]) -> None:
        """``openers`` begin sentences without being names, ``meaning`` have a sentiment; in lower case."""
        lists = tomllib.loads(files(__package__).joinpath("identities.toml").read_text(encoding="utf-8"))
        self._known = openers | meaning
        self._meaning = meaning
        self._ambiguous = {name.lower() for name in _split(lists["names_that_are_words"])}
        capital = frozenset(lists["only_with_capital"])
        self._countries = _any_of(_split(lists["countries"]), capital, article=True)
        self._peoples = _any_of(_split(lists["peoples"]), capital)
        self._pronouns = {word: to for to, words in PRONOUNS.items() for word in words.split()}
        self._pronoun = _any_of(self._pronouns, frozenset())
        self._agreement = re.compile(
            rf"\bthey(\s+|(?='))({'|'.join(map(re.escape, AFTER_THEY))})(?![\w'])", re.IGNORECASE
        )

    def taken_out(self, text: str) -> str:
        """The text with one word for every name, country, people and pronoun of a third person."""
        text = self._peoples.sub(PEOPLE, self._countries.sub(COUNTRY, text))
        text = self._pronoun.sub(lambda found: self._pronouns[found[0].lower()], text)
        text = self._agreement.sub(lambda found: f"they{found[1]}{AFTER_THEY[found[2].lower()]}", text)
        return REPEATED.sub(SOMEBODY, NAME.sub(self._unless_word, text))

    def _unless_word(self, found: Match[str]) -> str:
        word = found[0]
        stem, possessive = _without_possessive(word)
        return SOMEBODY + possessive if self._is_name(stem, found) else word

    def _is_name(self, word: str, found: Match[str]) -> bool:
        if not word[0].isupper() or word == "I" or (len(word) > 1 and word.isupper()):
            return False
        opens = BETWEEN_SENTENCES.search(found.string, 0, found.start()) is not None
        lower = word.lower()
        if lower in self._ambiguous:
            return not opens or DOING.match(found.string, found.start() + len(word)) is not None
        return lower not in STOP_WORDS and lower not in (self._known if opens else self._meaning)


def _without_possessive(word: str) -> tuple[str, str]:
    for ending in ("'s", "\u2019s"):
        if word.endswith(ending):
            return word.removesuffix(ending), "'s"
    return word, ""


def _any_of(words: Iterable[str], only_with_capital: Set[str], *, article: bool = False) -> Pattern[str]:
    """Matches each of the words as such, the longest first; whatever its case, unless it must be capital."""
    longest_first = sorted(words, key=len, reverse=True)
    parts = [
        re.escape(word) if word.lower() in only_with_capital else f"(?i:{re.escape(word)})"
        for word in longest_first
    ]
    before = r"(?:(?i:\bthe)\s+)?" if article else ""
    return re.compile(rf"{before}(?<![\w@#/])(?:{'|'.join(parts)})(?![\w@/]|'[a-rt-z])")


def _split(listed: str) -> list[str]:
    return [word for word in (part.strip() for part in listed.replace("\n", " ").split(",")) if word]
