"""What the head makes of its numbers: one hidden layer, three classes. Only this module needs numpy here."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from killrvideo.adapters.language.sentiment.head import Head, packaged_head

Numbers = NDArray[np.float32]
NEGATIVE, NEUTRAL, POSITIVE = range(3)


class HeadNetwork:
    def __init__(self, head: Head) -> None:
        self.head = head
        self._hidden = np.array(head.hidden, np.float32)
        self._hidden_biases = np.array(head.hidden_biases, np.float32)
        self._out = np.array(head.out, np.float32)
        self._out_biases = np.array(head.out_biases, np.float32)

    def score(self, features: Sequence[float]) -> float:
        """How likely the text sounds good, less how likely it sounds bad."""
        [likely] = self.probabilities(np.array([features], np.float32))
        return float(likely[POSITIVE] - likely[NEGATIVE])

    def probabilities(self, features: Numbers) -> Numbers:
        """A row a text: of negative, neutral and positive."""
        active = np.maximum(features @ self._hidden + self._hidden_biases, 0)
        scores = active @ self._out + self._out_biases
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        likely: Numbers = powers / powers.sum(axis=1, keepdims=True)
        return likely


def load() -> HeadNetwork:
    """What is called by name, once this module has been imported."""
    return HeadNetwork(packaged_head())
