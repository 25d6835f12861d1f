"""Multinomial logistic regression that is also punished for telling counterfactuals apart.

The penalty is the mean square of what the class scores differ by within a group of sentences that should
sound the same: logit pairing (S. Garg et al.: Counterfactual Fairness in Text Classification through
Robustness, 2019), which for a linear model is one more quadratic form.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Numbers = NDArray[np.float64]
Labels = NDArray[np.int64]
CLASSES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    ridge: float
    pairing: float
    """How much the penalty counts."""
    most_steps: int = 500


def fitted(features: Numbers, labels: Labels, differences: Numbers, how: Fit) -> tuple[Numbers, Numbers]:
    """Weights (features by classes) and biases. Every class counts the same, however many texts it has.

    ``differences`` are those of the features within groups, one row each.
    """
    rows, width = features.shape
    counts = np.bincount(labels, minlength=CLASSES)
    share = (rows / (CLASSES * counts))[labels] / rows
    wanted = np.eye(CLASSES)[labels]
    form = how.ridge * np.eye(width) + how.pairing * differences.T @ differences / max(1, len(differences))

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        weights, biases = flat[: width * CLASSES].reshape(width, CLASSES), flat[width * CLASSES :]
        likely = softmax(features @ weights + biases)
        wrong = (likely - wanted) * share[:, None]
        penalised = form @ weights
        entropy = -(share * np.log(likely[np.arange(rows), labels] + 1e-12)).sum()
        gradient = features.T @ wrong + penalised
        return entropy + 0.5 * float((weights * penalised).sum()), np.concatenate(
            [gradient.ravel(), wrong.sum(axis=0)]
        )

    found = minimize(
        loss,
        np.zeros((width + 1) * CLASSES),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": how.most_steps},
    ).x
    return found[: width * CLASSES].reshape(width, CLASSES), found[width * CLASSES :]


def softmax(scores: Numbers) -> Numbers:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    total: Numbers = powers / powers.sum(axis=1, keepdims=True)
    return total
