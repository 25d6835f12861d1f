"""Asking which arm somebody gets, and where experiments and those who took part in them are kept."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from killrvideo.domain.experiments import Experiment
from killrvideo.domain.exposures import ArmCounts, Exposure
from killrvideo.domain.ids import AccountId
from killrvideo.service_interfaces.units import UnitOfWork


class Experiments(Protocol):
    """What a feature asks that does a thing in more than one way."""

    def variant(self, key: str, unit: AccountId | None, default: str) -> str:
        """The name of the arm that the account gets; ``default`` if it does not take part, if the experiment
        does not run or is not known, and for readers who are not signed in.

        Never raises and never waits: it answers from memory, and remembers to note the exposure later. So it
        is to be asked only where the answer makes a difference to what the account is shown.
        """
        ...

    async def refresh(self) -> None:
        """Reads the experiments anew, as one has changed; raises Unavailable."""
        ...


class ExperimentStore(Protocol):
    async def get(self, key: str) -> Experiment | None: ...

    async def all(self) -> Sequence[Experiment]:
        """In the order of their keys. Asked by every process twice a second."""
        ...

    def add(self, work: UnitOfWork, experiment: Experiment) -> None:
        """Raises StaleVersion if there is one of its key."""
        ...

    def replace(self, work: UnitOfWork, experiment: Experiment) -> None:
        """Stores the next version; raises StaleVersion unless its predecessor is the present one."""
        ...

    async def exposures_of(self, account_id: AccountId) -> Sequence[Exposure]:
        """To every round of every experiment, by key and round: for the archive of one's data, and for what
        is put down to an arm.
        """
        ...

    def expose(self, work: UnitOfWork, exposure: Exposure) -> None:
        """Raises AlreadyExposed if the account was before in this round, or was erased."""
        ...

    def replace_exposure(self, work: UnitOfWork, exposure: Exposure) -> None:
        """Stores the next version; raises StaleVersion unless its predecessor is the present one."""
        ...

    async def counts(self, experiment: Experiment) -> Mapping[str, ArmCounts]:
        """The people of its present round by the names of arms, counted from their rows: exact, also those
        who were erased since. An arm may be missing where there is nobody.
        """
        ...
