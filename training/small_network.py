"""A network of one hidden layer for three classes, that is also punished for telling counterfactuals apart.

Adam (Kingma and Ba, 2015) with dropout. The penalty is the squared distance between the class scores of two
sentences of a group that should sound the same: logit pairing (S. Garg et al.: Counterfactual Fairness in
Text Classification through Robustness, 2019).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]
Labels = NDArray[np.int64]
CLASSES = 3

Pull = Callable[[Numbers], Numbers]
"""From the scores of rows, the gradient of what is punished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    hidden: int = 64
    epochs: int = 30
    batch: int = 256
    rate: float = 2e-3
    decay: float = 1e-3
    dropped: float = 0.2
    pairing: float = 0.05
    """How much the penalty counts."""
    seed: int = 2026


@dataclass(slots=True)
class Network:
    """Weights of the hidden layer, its biases, weights of the classes, their biases."""

    layers: list[Numbers]
    first_moments: list[Numbers] = field(default_factory=list)
    second_moments: list[Numbers] = field(default_factory=list)
    steps: int = 0

    def scores(self, features: Numbers) -> Numbers:
        hidden, biases, out, out_biases = self.layers
        found: Numbers = np.maximum(features @ hidden + biases, 0) @ out + out_biases
        return found

    def step(self, gradients: Sequence[Numbers], rate: float) -> None:
        if not self.steps:
            self.first_moments = [np.zeros_like(layer) for layer in self.layers]
            self.second_moments = [np.zeros_like(layer) for layer in self.layers]
        self.steps += 1
        for place, gradient in enumerate(gradients):
            self.first_moments[place] = 0.9 * self.first_moments[place] + 0.1 * gradient
            self.second_moments[place] = 0.999 * self.second_moments[place] + 0.001 * gradient**2
            first = self.first_moments[place] / (1 - 0.9**self.steps)
            second = self.second_moments[place] / (1 - 0.999**self.steps)
            self.layers[place] = (self.layers[place] - rate * first / (np.sqrt(second) + 1e-8)).astype(
                np.float32
            )


class Trainer:
    def __init__(
        self, features: Numbers, labels: Labels, weights: Numbers, groups: Sequence[Numbers], plan: Plan
    ):
        """``weights`` say how much each row counts, ``groups`` are rows that should score alike."""
        self._plan = plan
        self._random = np.random.default_rng(plan.seed)
        self._features, self._weights = features, weights
        self._wanted = np.eye(CLASSES, dtype=np.float32)[labels]
        self._groups = groups

    def trained(self) -> Network:
        plan, width = self._plan, self._features.shape[1]
        network = Network(
            [
                self._drawn(width, plan.hidden),
                np.zeros(plan.hidden, np.float32),
                self._drawn(plan.hidden, CLASSES),
                np.zeros(CLASSES, np.float32),
            ]
        )
        for epoch in range(plan.epochs):
            order = self._random.permutation(len(self._features))
            for first in range(0, len(order), plan.batch):
                rate = plan.rate * (1 - epoch / plan.epochs)
                network.step(self._gradients(network, order[first : first + plan.batch]), rate)
        return network

    def _gradients(self, network: Network, rows: Labels) -> list[Numbers]:
        kept = self._kept((len(rows), self._features.shape[1]))
        features = self._features[rows] * kept

        def pull(scores: Numbers) -> Numbers:
            wrong = softmax(scores) - self._wanted[rows]
            return (wrong * self._weights[rows][:, None] / len(rows)).astype(np.float32)

        by_label = self._back(network, features, self._kept((len(rows), self._plan.hidden)), pull)
        by_pairs = self._back(network, self._pairs(), np.float32(1), _towards_each_other)
        return [
            one + self._plan.pairing * other + (self._plan.decay * layer if layer.ndim > 1 else 0)
            for one, other, layer in zip(by_label, by_pairs, network.layers, strict=True)
        ]

    def _back(
        self, network: Network, features: Numbers, kept: Numbers | np.float32, pull: Pull
    ) -> list[Numbers]:
        hidden, biases, out, out_biases = network.layers
        active = np.maximum(features @ hidden + biases, 0)
        through = active * kept
        pulled = pull(through @ out + out_biases)
        below = (pulled @ out.T) * kept * (active > 0)
        return [features.T @ below, below.sum(axis=0), through.T @ pulled, pulled.sum(axis=0)]

    def _pairs(self) -> Numbers:
        """Two rows of each of some groups: one after the other."""
        chosen = self._random.integers(len(self._groups), size=self._plan.batch // 4)
        rows = [
            group[self._random.integers(len(group), size=2)]
            for group in (self._groups[one] for one in chosen)
        ]
        return np.concatenate(rows)

    def _kept(self, shape: tuple[int, int]) -> Numbers:
        """What dropout leaves, made up for."""
        stays = self._random.random(shape, dtype=np.float32) >= self._plan.dropped
        kept: Numbers = (stays / (1 - self._plan.dropped)).astype(np.float32)
        return kept

    def _drawn(self, rows: int, columns: int) -> Numbers:
        drawn: Numbers = self._random.normal(0, rows**-0.5, (rows, columns)).astype(np.float32)
        return drawn


def _towards_each_other(scores: Numbers) -> Numbers:
    pairs = scores.reshape(-1, 2, CLASSES)
    apart = pairs[:, 0] - pairs[:, 1]
    pulled = np.stack([apart, -apart], axis=1).reshape(scores.shape)
    return (pulled / len(pairs)).astype(np.float32)


def softmax(scores: Numbers) -> Numbers:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    likely: Numbers = powers / powers.sum(axis=1, keepdims=True)
    return likely
