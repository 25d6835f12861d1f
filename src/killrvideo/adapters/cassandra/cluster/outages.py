"""What the driver's failures mean to a reader: the store cannot serve now, and why, in one sentence."""

from cassandra import (
    CoordinationFailure,
    InvalidRequest,
    OperationTimedOut,
    RequestExecutionException,
)
from cassandra import Unavailable as TooFewReplicas
from cassandra.cluster import NoHostAvailable
from cassandra.connection import ConnectionException

from killrvideo.domain.errors import Unavailable

AWAY = "Cassandra cannot be reached. Try again in a moment."
SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (TooFewReplicas, "Too few replicas of the data are up. Try again in a moment."),
    (CoordinationFailure, "Some replicas of the data failed. Try again in a moment."),
    (OperationTimedOut, "Cassandra did not answer in time. Try again in a moment."),
    (NoHostAvailable, AWAY),
    (ConnectionException, AWAY),
    (InvalidRequest, ""),
    (RequestExecutionException, "Cassandra did not answer in time. Try again in a moment."),
)
"""The first that fits; a request that is wrong is our mistake, and no outage."""

OUTAGES = (RequestExecutionException, OperationTimedOut, NoHostAvailable, ConnectionException)
"""For ``except``: errors that are nobody's mistake in the code."""


def readable(error: Exception) -> Exception:
    """The refusal that stands for an outage; any other error as it is."""
    for kind, sentence in SENTENCES:
        if isinstance(error, kind):
            if not sentence:
                return error
            refusal = Unavailable(sentence)
            refusal.__cause__ = error
            return refusal
    return error
