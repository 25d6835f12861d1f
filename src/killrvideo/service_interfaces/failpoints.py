"""Named points between the steps of every durable write, where a test can make the process die.

A write passes ``{unit}:collected``, ``{unit}:statement-1`` and so on, ``{unit}:applied`` and
``{unit}:committed``, where ``unit`` is the name that the unit of work was begun with.
"""

from enum import StrEnum
from typing import Protocol


class Stage(StrEnum):
    """How far a write has come."""

    COLLECTED = "collected"
    """Everything is in memory; the store knows nothing of it."""
    APPLIED = "applied"
    """Its statements ran; nothing is committed."""
    COMMITTED = "committed"
    """It is durable; whoever asked has not been answered."""


RELAY_HANDLED = "relay:handled"
"""An event was handled; the group's position does not say so."""
JOB_CLAIMED = "job:claimed"
"""A job was claimed; nothing of it was done."""


def unit_point(unit: str, stage: Stage) -> str:
    return f"{unit}:{stage}"


def statement_point(unit: str, number: int) -> str:
    """Passed when the statement with this number, from 1, has run and what follows it has not."""
    return f"{unit}:statement-{number}"


class Failpoints(Protocol):
    def reach(self, name: str) -> None:
        """Called wherever a crash should be survivable; may end the process."""
        ...
