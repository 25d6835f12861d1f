"""Models of what goes together in Cassandra: a card each under one guard, and lists of neighbours as rows."""

from collections import OrderedDict
from collections.abc import Collection, Sequence
from uuid import UUID

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import Row, Value
from killrvideo.adapters.cassandra.cluster.turns import OF_A_PAGE, in_turns
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import Foundation, planned
from killrvideo.domain.errors import StaleVersion
from killrvideo.domain.ids import VideoId
from killrvideo.domain.learning import DataSize, ModelCard, Quality
from killrvideo.domain.neighbours import Neighbours
from killrvideo.service_interfaces.learning import NeighbourLists
from killrvideo.service_interfaces.units import UnitOfWork

NAME = "recommendations"
GUARD = f"learned:{NAME}"
PARTS = 256
REMEMBERED = 10_000
"""Lists of neighbours in memory, 2 KB each: they never change."""

COLUMNS = (
    "number, algorithm, trained_at, people, videos, interactions, held_out, ndcg, recall, hit_rate, judges, "
    "served, judged"
)
RECENT = f"SELECT {COLUMNS} FROM learned_models WHERE name = :name LIMIT :count"  # noqa: S608 - constants
ADD = f"""
INSERT INTO learned_models (name, {COLUMNS})
VALUES (:name, :number, :algorithm, :trained_at, :people, :videos, :interactions, :held_out, :ndcg, :recall,
  :hit_rate, :judges, :served, :judged)
USING TIMESTAMP :stamp
"""  # noqa: S608
NEIGHBOURS = """
SELECT ids, weights FROM video_neighbours WHERE lists = :lists AND part = :part AND video_id = :video_id
"""
KEEP = """
INSERT INTO video_neighbours (lists, part, video_id, ids, weights)
VALUES (:lists, :part, :video_id, :ids, :weights) USING TIMESTAMP :stamp
"""
KEPT = "SELECT DISTINCT lists, part FROM video_neighbours"
DROP = "DELETE FROM video_neighbours USING TIMESTAMP :stamp WHERE lists = :lists AND part = :part"


class CassandraLearnedModels:
    def __init__(self, on: Foundation) -> None:
        self._session = on.session
        self._stamps = on.stamps
        self._known: OrderedDict[tuple[UUID, VideoId], Neighbours | None] = OrderedDict()

    async def active(self) -> ModelCard | None:
        return next(iter(await self.recent(1)), None)

    async def recent(self, limit: int) -> Sequence[ModelCard]:
        rows = await self._session.rows(RECENT, {"name": NAME, "count": limit})
        return [card_of(row) for row in rows]

    async def neighbours(self, lists: UUID, videos: Collection[VideoId]) -> NeighbourLists:
        """No round trip for those that this process has asked for lately."""
        found = await in_turns(videos, lambda video_id: self._of(lists, video_id), at_a_time=OF_A_PAGE)
        return {video_id: one for video_id, one in zip(videos, found, strict=True) if one is not None}

    async def keep(self, lists: UUID, neighbours: NeighbourLists) -> None:
        async def keep(one: tuple[VideoId, Neighbours]) -> None:
            video_id, its = one
            row = {"ids": its.ids, "weights": its.weights, "stamp": self._stamps.next()}
            await self._session.write(KEEP, {**_place(lists, video_id), **row})

        await in_turns(neighbours.items(), keep)

    def activate(self, work: UnitOfWork, card: ModelCard) -> None:
        async def plan_it(plan: Plan) -> None:
            plan.advance(GUARD, card.number - 1, StaleVersion)
            plan.write(ADD, _row_of(card))

        planned(work).plan(plan_it)

    async def kept(self) -> Collection[UUID]:
        """Reads the keys of all partitions: 256 for each set of lists."""
        return {row["lists"] for row in await self._session.all_rows(KEPT)}

    async def drop(self, lists: UUID) -> None:
        """A deletion for each partition."""

        async def drop(part: int) -> None:
            await self._session.write(DROP, {"lists": lists, "part": part, "stamp": self._stamps.next()})

        await in_turns(range(PARTS), drop)

    async def _of(self, lists: UUID, video_id: VideoId) -> Neighbours | None:
        key = lists, video_id
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        row = await self._session.row(NEIGHBOURS, _place(lists, video_id))
        self._known[key] = None if row is None else Neighbours(row["ids"], row["weights"])
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return self._known[key]


def card_of(row: Row) -> ModelCard:
    return ModelCard(
        number=row["number"],
        algorithm=row["algorithm"],
        trained_at=aware(row["trained_at"]),
        size=DataSize(row["people"], row["videos"], row["interactions"], row["held_out"]),
        quality=Quality(row["ndcg"], row["recall"], row["hit_rate"], row["judges"]),
        served=row["served"],
        judged=row["judged"],
    )


def _row_of(card: ModelCard) -> dict[str, Value]:
    size, quality = card.size, card.quality
    return {
        "name": NAME,
        "number": card.number,
        "algorithm": card.algorithm,
        "trained_at": card.trained_at,
        "people": size.people,
        "videos": size.videos,
        "interactions": size.interactions,
        "held_out": size.held_out,
        "ndcg": quality.ndcg,
        "recall": quality.recall,
        "hit_rate": quality.hit_rate,
        "judges": quality.people,
        "served": card.served,
        "judged": card.judged,
    }


def _place(lists: UUID, video_id: VideoId) -> dict[str, Value]:
    return {"lists": lists, "part": video_id.int % PARTS, "video_id": video_id}
