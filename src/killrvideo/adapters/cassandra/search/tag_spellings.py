"""The tags of public videos: who uses which spelling, and which tags begin with or contain a text."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from weakref import WeakKeyDictionary

from killrvideo.adapters.cassandra.cluster.session import Row, Value
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import CassandraUnitOfWork, Foundation
from killrvideo.domain.errors import Unavailable
from killrvideo.domain.videos import tag_key

PUT = """
INSERT INTO tag_spellings (tag_key, tag, parts, uses) VALUES (:tag_key, :tag, :parts, :uses)
USING TIMESTAMP :stamp
"""
DROP = "DELETE FROM tag_spellings USING TIMESTAMP :stamp WHERE tag_key = :tag_key AND tag = :tag"
FIND = "SELECT tag_key, tag, uses FROM tag_spellings WHERE parts CONTAINS :part LIMIT :most"
FIND_USED = """
SELECT tag_key, tag, uses FROM tag_spellings WHERE parts CONTAINS :part AND uses >= :least LIMIT :most
"""

BEGINNING_LONGEST = 8
PART_LONGEST = 3
USED = (16, 512)
"""Where a text is in many tags, those with so many videos are looked through as well."""
LOOKED_THROUGH = 200
"""Spellings of each kind: in no useful order, hence the other kinds."""


Uses = dict[str, int]
"""By spelling, as planned."""


class TagSpellings:
    def __init__(self, on: Foundation) -> None:
        self._session = on.session
        self._tallies = on.tallies
        self._stamps = on.stamps
        self._changed: WeakKeyDictionary[CassandraUnitOfWork, Uses] = WeakKeyDictionary()

    def follow(self, unit: CassandraUnitOfWork) -> Uses:
        """Where the changes of a unit are to be noted. Two units that change the same at once do not know of
        each other: what they wrote is looked at again after each.
        """
        if unit not in self._changed:
            self._changed[unit] = changed = Uses()
            unit.afterwards(lambda: self._look_again(changed))
        return self._changed[unit]

    async def plan_change(
        self, plan: Plan, before: Iterable[str], after: Iterable[str], changed: Uses
    ) -> None:
        """A public video has the tags ``after`` instead of those ``before``."""
        gone, come = set(before) - set(after), set(after) - set(before)
        changes = [*((tag, -1) for tag in sorted(gone)), *((tag, 1) for tag in sorted(come))]
        await self._look_up(plan, [tag for tag, _ in changes])
        for tag, change in changes:
            uses = _known(plan, tag) + change
            plan.known[_subject(tag)] = changed[tag] = uses
            plan.tally(_subject(tag), f"{plan.unit.hex}:{len(plan.tallied)}", videos=change)
            plan.write(*_row(tag, uses))

    async def _look_up(self, plan: Plan, tags: Sequence[str]) -> None:
        subjects = [_subject(tag) for tag in tags if _subject(tag) not in plan.known]
        for subject, amounts in zip(subjects, await self._tallies.of_each(subjects), strict=True):
            plan.known[subject] = amounts.videos

    async def _look_again(self, changed: Uses) -> None:
        # The stamp from before the reading: whoever reads more writes a later one.
        stamp = self._stamps.next()
        with suppress(Unavailable):
            counted = await self._tallies.of_each(map(_subject, changed))
            for (tag, uses), amounts in zip(changed.items(), counted, strict=True):
                if amounts.videos != uses:
                    cql, row = _row(tag, amounts.videos)
                    await self._session.write(cql, {**row, "stamp": stamp})

    async def suggest(self, text: str, limit: int) -> Sequence[str]:
        """One round trip."""
        key = tag_key(text)
        beginning, part = f"^{key[:BEGINNING_LONGEST]}", key[:PART_LONGEST]
        found = await asyncio.gather(self._with(beginning), self._with(part))
        spellings = {(row["tag_key"], row["tag"]): row["uses"] for rows in found for row in rows}
        return _best(spellings, key)[:limit]

    async def _with(self, part: str) -> list[Row]:
        asked: dict[str, Value] = {"part": part, "most": LOOKED_THROUGH}
        found = await asyncio.gather(
            self._session.rows(FIND, asked),
            *(self._session.rows(FIND_USED, {**asked, "least": least}) for least in USED),
        )
        return [row for rows in found for row in rows]


def _best(spellings: dict[tuple[str, str], int], text: str) -> list[str]:
    """The best spelling of each tag, those that begin with the text first, then by use."""
    used: Counter[str] = Counter()
    best: dict[str, tuple[int, str]] = {}
    for (key, tag), uses in spellings.items():
        if text in key and uses > 0:
            used[key] += uses
            best[key] = max(best.get(key, (0, "")), (uses, tag))
    keys = sorted(used, key=lambda key: (not key.startswith(text), -used[key], key))
    return [best[key][1] for key in keys]


def _row(tag: str, uses: int) -> tuple[str, dict[str, Value]]:
    place: dict[str, Value] = {"tag_key": tag_key(tag), "tag": tag}
    return (PUT, {**place, "parts": _parts(tag_key(tag)), "uses": uses}) if uses > 0 else (DROP, place)


def _parts(key: str) -> set[str]:
    begins = {f"^{key[:length]}" for length in range(1, BEGINNING_LONGEST + 1)}
    contains = {
        key[start : start + length] for length in range(1, PART_LONGEST + 1) for start in range(len(key))
    }
    return begins | contains


def _subject(tag: str) -> str:
    """What the public videos with a tag in this spelling are tallied for."""
    return f"spelling:{tag}"


def _known(plan: Plan, tag: str) -> int:
    uses = plan.known[_subject(tag)]
    assert isinstance(uses, int)  # noqa: S101 - looked up before
    return uses
