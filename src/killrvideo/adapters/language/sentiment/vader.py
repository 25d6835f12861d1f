"""Sentiment by VADER's word list and rules (Hutto and Gilbert, 2014), made for short English texts."""

import asyncio
from collections.abc import Mapping

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

LONGEST_INLINE = 200
"""Characters; up to here an analysis takes a quarter of a millisecond, no more than going to a thread."""
EMOJI_MOST = 40
"""VADER reads each emoji as its description, in time that grows with the square: a thousand take a quarter
of a second. The score has long reached its end of the scale by then."""


class VaderSentiment:
    """Keeps SentimentModel."""

    def __init__(self) -> None:
        self._analyzer = SentimentIntensityAnalyzer()
        self._emoji = frozenset(self._analyzer.emojis)

    @property
    def words(self) -> frozenset[str]:
        """Those that have a sentiment, in lower case."""
        return frozenset(self._analyzer.lexicon)

    @property
    def emoji(self) -> Mapping[str, str]:
        """What those that it knows are called."""
        described: Mapping[str, str] = self._analyzer.emojis
        return described

    @property
    def name(self) -> str:
        return "vader"

    async def score(self, text: str) -> float:
        if len(text) <= LONGEST_INLINE:
            return self._score(text)
        return await asyncio.to_thread(self._score, text)

    def proportions(self, text: str) -> tuple[float, float, float, float]:
        """How much of it is negative, neutral and positive, and the score: milliseconds of work."""
        found = self._analyzer.polarity_scores(self._bounded(text))
        return found["neg"], found["neu"], found["pos"], found["compound"]

    def _score(self, text: str) -> float:
        return round(float(self.proportions(text)[3]), 4)

    def _bounded(self, text: str) -> str:
        """The text without its emoji beyond the first few."""
        at = [position for position, character in enumerate(text) if character in self._emoji]
        if len(at) <= EMOJI_MOST:
            return text
        head, tail = text[: at[EMOJI_MOST]], text[at[EMOJI_MOST] :]
        return head + "".join(character for character in tail if character not in self._emoji)
