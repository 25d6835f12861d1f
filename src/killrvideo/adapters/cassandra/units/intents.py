"""What a unit of work is about to do, kept until it is done: from it a repair finishes what a crash left."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from uuid import UUID

import orjson

from killrvideo.adapters.cassandra.cluster.session import Bound, CassandraSession
from killrvideo.adapters.cassandra.tallies.tallies import Counted
from killrvideo.adapters.cassandra.units.guards import Guard, GuardKind

LANES = 8
PART = 256 * 1024
"""Bytes in one row."""
MICROS_A_MINUTE = 60_000_000

PUT = "INSERT INTO intents (lane, minute, unit, part, body) VALUES (:lane, :minute, :unit, :part, :body)"
GET = "SELECT body FROM intents WHERE lane = :lane AND minute = :minute AND unit = :unit"
LIST = "SELECT unit, part, body FROM intents WHERE lane = :lane AND minute = :minute"
DROP = "DELETE FROM intents USING TIMESTAMP :stamp WHERE lane = :lane AND minute = :minute AND unit = :unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    unit: UUID
    name: str
    first: int
    """The first timestamp of its writes; they must all come after those of the versions before."""
    stamp: int
    """The last one; the guards keep it."""
    patience: float
    """Seconds after which whoever carries it out gives it up."""
    guards: Sequence[Guard]
    releases: Sequence[tuple[str, str]]
    """Names to be given up once all guards have been passed, each with its holder."""
    writes: Sequence[Bound] = field(repr=False)
    conclusion: Sequence[Bound] = field(default=(), repr=False)
    """Written once the others can be read."""
    counted: Sequence[Counted] = ()

    @property
    def place(self) -> dict[str, object]:
        """Where it is kept: the parameters that find it."""
        return _place(self.unit, self.stamp)


class Intents:
    def __init__(self, session: CassandraSession) -> None:
        self._session = session

    async def keep(self, intent: Intent) -> None:
        body = _packed(intent)
        for part, start in enumerate(range(0, len(body), PART)):
            piece = body[start : start + PART]
            await self._session.write(PUT, {**intent.place, "part": part, "body": piece})

    async def get(self, unit: UUID, stamp: int) -> Intent | None:
        """None for a unit that is finished."""
        rows = await self._session.all_rows(GET, _place(unit, stamp))
        return _unpacked(unit, b"".join(row["body"] for row in rows)) if rows else None

    async def dropping(self, intent: Intent) -> Bound:
        """The write that forgets it, to go with the unit's own."""
        # Kept with the time of its writing, it is outlived by nothing that comes a second later.
        return await self._session.bind(DROP, {**intent.place, "stamp": intent.stamp + 1_000_000_000})

    async def drop(self, intent: Intent) -> None:
        await self._session.write_all([await self.dropping(intent)])

    async def in_minute(self, lane: int, minute: int) -> list[Intent]:
        """Those that began in the minute and are not finished, oldest first."""
        rows = await self._session.all_rows(LIST, {"lane": lane, "minute": minute}, fetch=16)
        bodies: dict[UUID, bytes] = {}
        for row in rows:
            bodies[row["unit"]] = bodies.get(row["unit"], b"") + row["body"]
        found = [_unpacked(unit, body) for unit, body in bodies.items()]
        return sorted((intent for intent in found if intent), key=lambda intent: intent.stamp)


def _place(unit: UUID, stamp: int) -> dict[str, object]:
    return {"lane": unit.int % LANES, "minute": stamp // MICROS_A_MINUTE, "unit": unit}


def _packed(intent: Intent) -> bytes:
    every = [*intent.writes, *intent.conclusion]
    texts = list(dict.fromkeys(write.cql for write in every))
    numbers = {text: number for number, text in enumerate(texts)}
    body = {
        "name": intent.name,
        "first": intent.first,
        "stamp": intent.stamp,
        "patience": intent.patience,
        "guards": [asdict(guard) for guard in intent.guards],
        "releases": intent.releases,
        "texts": texts,
        "writes": [[numbers[write.cql], *map(_text, write.values)] for write in every],
        "concluding": len(intent.conclusion),
        "counted": intent.counted,
    }
    return zlib.compress(orjson.dumps(body))


def _unpacked(unit: UUID, packed: bytes) -> Intent | None:
    """None for one of which a part is missing: whoever wrote it never got to act on it."""
    try:
        body = orjson.loads(zlib.decompress(packed))
    except zlib.error:
        return None
    texts, writes = body["texts"], body["writes"]
    every = [Bound(texts[number], tuple(map(_value, values))) for number, *values in writes]
    ends = len(every) - body["concluding"]
    return Intent(
        unit=unit,
        name=body["name"],
        first=body["first"],
        stamp=body["stamp"],
        patience=body["patience"],
        guards=[Guard(**guard | {"kind": GuardKind(guard["kind"])}) for guard in body["guards"]],
        releases=[(key, holder) for key, holder in body["releases"]],
        writes=every[:ends],
        conclusion=every[ends:],
        counted=[(subject, bin_) for subject, bin_ in body["counted"]],
    )


def _text(value: bytes | None) -> str | None:
    return None if value is None else b64encode(value).decode()


def _value(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text)
