"""Compare-and-set: the versions of things, and names that one thing at a time can have.

A guard is a lightweight transaction on a row that nothing else writes. It remembers for a day which units
of work it let through, so that a unit whose answer was lost can be told from one that came too late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.domain.errors import Unavailable

ADVANCE = """
UPDATE guards SET version = :following, unit = :unit, stamp = :stamp WHERE key = :key
IF version = :expected AND stamp < :first
"""
BEGIN = """
UPDATE guards SET version = :following, unit = :unit, stamp = :stamp WHERE key = :key IF version = null
"""
CLAIM = "UPDATE guards SET holder = :holder, unit = :unit, stamp = :stamp WHERE key = :key IF holder = null"
CLAIM_FOR = """
UPDATE guards USING TTL :seconds SET holder = :holder, unit = :unit, stamp = :stamp WHERE key = :key
IF holder = null
"""
REMEMBER = "UPDATE guards USING TTL 86400 SET applied = applied + :units WHERE key = :key"
RELEASE = "UPDATE guards SET holder = null WHERE key = :key IF holder = :holder"
TAKE_BACK_VERSION = """
UPDATE guards SET version = :expected, applied = applied - :units WHERE key = :key
IF version = :following AND unit = :unit
"""
TAKE_BACK_NAME = """
UPDATE guards SET holder = null, applied = applied - :units WHERE key = :key
IF holder = :holder AND unit = :unit
"""
GET = "SELECT version, holder, unit, stamp, applied FROM guards WHERE key = :key"


class GuardKind(StrEnum):
    VERSION = "version"
    NAME = "name"


@dataclass(slots=True, kw_only=True)
class Guard:
    kind: GuardKind
    key: str
    expected: int = 0
    """The version that must be the present one; 0 for a thing that is not there."""
    following: int = 0
    holder: str = ""
    """Who wants the name."""
    seconds: int | None = None
    """How long the name is held; None for as long as it is not released."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A unit that passed a guard, and the last timestamp of its writes."""

    unit: UUID
    stamp: int


@dataclass(frozen=True, slots=True)
class Verdict:
    applied: bool
    """Whether the unit has passed."""
    late: int = 0
    """Not 0 if only the stamp was too low: the one that stands there."""
    ahead: Passage | None = None
    """Who was faster, if the guard knows."""
    holder: str | None = None


class Guards:
    def __init__(self, session: CassandraSession) -> None:
        self._session = session

    async def apply(self, guard: Guard, unit: UUID, first: int, stamp: int) -> Verdict:
        """Raises Unavailable where Cassandra cannot say what came of it."""
        remember = (REMEMBER, {"units": {unit}, "key": guard.key})
        try:
            if await self._session.compare_and_set(_statement(guard, unit, first, stamp), remember):
                return Verdict(applied=True)
        except Unavailable:
            # The answer was lost, not always the write.
            verdict = await self.verdict(guard, unit, first)
            if verdict.applied:
                return verdict
            raise
        return await self.verdict(guard, unit, first)

    async def verdict(self, guard: Guard, unit: UUID, first: int) -> Verdict:
        """What the guard said, or would say now, of a unit."""
        found = await self._session.serial(GET, {"key": guard.key})
        return _verdict(guard, unit, first, found or {})

    async def take_back(self, guard: Guard, unit: UUID) -> None:
        """As if the unit had never passed; without effect if it has not."""
        params = {"key": guard.key, "unit": unit, "units": {unit}}
        if guard.kind is GuardKind.VERSION:
            params |= {"expected": guard.expected or None, "following": guard.following}
            await self._session.compare_and_set((TAKE_BACK_VERSION, params))
        else:
            await self._session.compare_and_set((TAKE_BACK_NAME, params | {"holder": guard.holder}))

    async def release(self, key: str, holder: str) -> None:
        """Without effect if another has the name, or nobody."""
        await self._session.compare_and_set((RELEASE, {"key": key, "holder": holder}))

    async def passed(self, guards: Sequence[Guard], unit: UUID) -> list[bool]:
        """Which of the guards the unit has passed."""
        return [(await self.verdict(guard, unit, 0)).applied for guard in guards]


def _statement(guard: Guard, unit: UUID, first: int, stamp: int) -> tuple[str, dict[str, object]]:
    params: dict[str, object] = {"key": guard.key, "unit": unit, "stamp": stamp}
    if guard.kind is GuardKind.NAME:
        params |= {"holder": guard.holder}
        return (CLAIM, params) if guard.seconds is None else (CLAIM_FOR, params | {"seconds": guard.seconds})
    params |= {"following": guard.following}
    return (
        (ADVANCE, params | {"expected": guard.expected, "first": first})
        if guard.expected
        else (BEGIN, params)
    )


def _verdict(guard: Guard, unit: UUID, first: int, found: Row) -> Verdict:
    # Of long ago it is not remembered who passed, but nobody passes behind a unit that has not ended.
    last_of_all = found.get("unit") == unit and found.get("version") == guard.following
    if unit in (found.get("applied") or ()) or last_of_all:
        return Verdict(applied=True)
    present = found.get("stamp") or 0
    ahead = Passage(found["unit"], present) if found.get("unit") else None
    if guard.kind is GuardKind.NAME:
        holder = found.get("holder")
        # Whoever has the name already needs nothing more, and has nothing to give back.
        return Verdict(applied=holder == guard.holder, ahead=ahead, holder=holder)
    on_time = (found.get("version") or 0) == guard.expected
    return Verdict(applied=False, late=present if on_time and present >= first else 0, ahead=ahead)
