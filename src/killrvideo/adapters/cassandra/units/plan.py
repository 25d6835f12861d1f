"""What a unit of work will do, as of what is there now: guards to pass, names to give up, rows to write."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from killrvideo.adapters.cassandra.cluster.session import Params, Value
from killrvideo.adapters.cassandra.tallies.tallies import Counted, bin_of, tally_writes
from killrvideo.adapters.cassandra.units.guards import Guard, GuardKind

Refusing = Callable[[], Exception]
"""Makes the exception that is raised when a guard does not let the unit pass."""


Stamped = tuple[str, Params]


@dataclass(slots=True)
class Plan:
    """Made by the unit at commit, and filled by each verb that was added to it, in their order.

    A verb may read the store; what earlier verbs of the unit plan is in ``known`` only.
    """

    unit: UUID
    known: dict[str, object] = field(default_factory=dict)
    """Things as this plan leaves them, by whatever key the stores agree on."""
    guards: list[Guard] = field(default_factory=list)
    refusals: list[Refusing | None] = field(default_factory=list)
    releases: list[tuple[str, str]] = field(default_factory=list)
    writes: list[tuple[str, dict[str, Value]]] = field(default_factory=list)
    conclusion: list[tuple[str, dict[str, Value]]] = field(default_factory=list)
    suggested: dict[str, tuple[str, dict[str, Value]]] = field(default_factory=dict)
    tallied: list[tuple[str, str, dict[str, int]]] = field(default_factory=list)

    def advance(
        self, key: str, expected: int, refusing: Refusing | None, *, following: int | None = None
    ) -> None:
        """The thing must be at version ``expected`` (0: absent), and goes to the next.

        What is imported may begin at another version than the first: ``following`` names it.
        Without ``refusing`` the whole unit is planned again when somebody else was faster.
        """
        for guard in self.guards:
            if guard.key == key and guard.kind is GuardKind.VERSION:
                if guard.following != expected:
                    raise ValueError(f"{key} is planned to be at version {guard.following} already.")
                guard.following += 1
                return
        following = expected + 1 if following is None else following
        self.guards.append(Guard(kind=GuardKind.VERSION, key=key, expected=expected, following=following))
        self.refusals.append(refusing)

    def claim(self, key: str, holder: str, refusing: Refusing | None, *, seconds: int | None = None) -> None:
        """The name must be free, or the holder's already; it is the holder's from now on."""
        self.guards.append(Guard(kind=GuardKind.NAME, key=key, holder=holder, seconds=seconds))
        self.refusals.append(refusing)

    def release(self, key: str, holder: str) -> None:
        """Gives the name up, if the holder has it, once nothing can refuse the unit any more."""
        self.releases.append((key, holder))

    def write(self, cql: str, params: dict[str, Value]) -> None:
        """A row to write or delete, with ``USING TIMESTAMP :stamp``; of two of one row, the later one counts.

        A parameter that is a function is called with the stamp.
        """
        self.writes.append((cql, params))

    def conclude(self, cql: str, params: dict[str, Value]) -> None:
        """As `write`, for a row by which others know that the change is made, such as the one with the
        version: it is written once everything else can be read.
        """
        self.conclusion.append((cql, params))

    def suggest(self, key: str, cql: str, params: dict[str, Value]) -> None:
        """As `write`, unless a later verb of the unit takes it back."""
        self.suggested[key] = (cql, params)

    def take_back(self, key: str) -> None:
        """Without effect if nothing was suggested."""
        self.suggested.pop(key, None)

    def tally(self, subject: str, id_: str, **amounts: int) -> None:
        """Counts the amounts for the subject. ``id_`` must be the same whenever the same is counted."""
        self.tallied.append((subject, id_, amounts))

    def stamped(self, first: int) -> tuple[list[Stamped], list[Stamped]]:
        """The writes, those of the tallies included, and the conclusion; each with a timestamp of its own,
        from ``first`` on.
        """
        counting = [
            write
            for subject, id_, amounts in self.tallied
            for write in tally_writes(subject, id_, first, amounts)
        ]
        writes = [*self.writes, *self.suggested.values(), *counting]
        return _stamped(writes, first), _stamped(self.conclusion, first + len(writes))

    def counted(self, first: int) -> list[Counted]:
        return [(subject, bin_of(first)) for subject, _, _ in self.tallied]

    @property
    def room(self) -> int:
        """How many timestamps it takes."""
        return len(self.writes) + len(self.suggested) + 2 * len(self.tallied) + len(self.conclusion) + 1


def _stamped(writes: Sequence[tuple[str, dict[str, Value]]], first: int) -> list[Stamped]:
    return [(cql, _filled(params, stamp)) for stamp, (cql, params) in enumerate(writes, start=first)]


def _filled(params: dict[str, Value], stamp: int) -> dict[str, Value]:
    filled = {name: value(stamp) if callable(value) else value for name, value in params.items()}
    return {**filled, "stamp": stamp}


Planner = Callable[[Plan], Awaitable[None]]
