"""Which videos lack a vector of their present text.

Each change of a video that leaves it without one is noted, in the same unit of work, and the note goes with
the vector. Only after an import, and for a model that is not served yet, the whole table of videos is gone
through; it is remembered when that found nothing more.
"""

import asyncio
from dataclasses import dataclass

from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.cluster.turns import in_turns
from killrvideo.adapters.cassandra.lists.lanes import LANES
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.stamps import Stamps
from killrvideo.adapters.cassandra.videos.lists import lane_of
from killrvideo.adapters.cassandra.videos.rows import GET, SELECT, video_of
from killrvideo.domain.ids import VideoId
from killrvideo.domain.vectors import Outdated, digest_of, text_of
from killrvideo.domain.videos import Video

AT_ONCE = 200
"""Videos that are gone through in one piece."""
FIRST_PLACE = -(2**63)

NOTE = "INSERT INTO unembedded_videos (lane, video_id) VALUES (:lane, :video_id) USING TIMESTAMP :stamp"
DONE = "DELETE FROM unembedded_videos USING TIMESTAMP :stamp WHERE lane = :lane AND video_id = :video_id"
IS_NOTED = "SELECT video_id FROM unembedded_videos WHERE lane = :lane AND video_id = :video_id"
NOTED = "SELECT video_id FROM unembedded_videos WHERE lane = :lane LIMIT :count"
DIGEST = "SELECT text_digest FROM vectors WHERE video_id = :video_id AND model = :model"
STATE = "SELECT model, at FROM embedding_state WHERE what = :what"
SET_STATE = """
INSERT INTO embedding_state (what, model, at) VALUES (:what, :model, :at) USING TIMESTAMP :stamp
"""
VIDEOS = SELECT.replace("FROM", ", token(id) AS place FROM") + (f"WHERE token(id) > :place LIMIT {AT_ONCE}")
SERVED, ADDED = "served", "added"


@dataclass(frozen=True, slots=True)
class Walk:
    """Going through all videos in the order of their tokens."""

    began: int
    found: bool
    """Whether any was outdated so far."""
    place: int

    def __str__(self) -> str:
        return f"{self.began}:{self.found:d}:{self.place}"

    @classmethod
    def read(cls, text: str) -> "Walk":
        began, found, place = map(int, text.split(":"))
        return cls(began, found == 1, place)


class OutdatedVectors:
    def __init__(self, session: CassandraSession, stamps: Stamps) -> None:
        self._session = session
        self._stamps = stamps

    async def of(self, model: str, limit: int, after: str | None) -> Outdated:
        if after is not None:
            return await self._go_on(model, limit, Walk.read(after))
        began = self._stamps.next()
        served, added, walked = await asyncio.gather(
            self._state(SERVED), self._state(ADDED), self._state(_walked(model))
        )
        if (served and served["model"]) != model or _at(added) > _at(walked):
            return await self._go_on(model, limit, Walk(began, found=False, place=FIRST_PLACE))
        return Outdated(tuple(await self._noted(model, limit)), None)

    async def served(self) -> str | None:
        row = await self._state(SERVED)
        return None if row is None else row["model"]

    def plan_serve(self, plan: Plan, model: str) -> None:
        plan.write(SET_STATE, {"what": SERVED, "model": model, "at": None})

    def plan_added(self, plan: Plan) -> None:
        """Plans to say that public videos came which have to be gone through."""
        plan.write(SET_STATE, {"what": ADDED, "model": None, "at": lambda stamp: stamp})

    def plan_note(self, plan: Plan, video_id: VideoId) -> None:
        """Plans to note the video, unless a later verb of the unit brings its vector."""
        plan.suggest(_note_of(video_id), NOTE, {"lane": lane_of(video_id), "video_id": video_id})

    async def plan_done(self, plan: Plan, video_id: VideoId) -> None:
        """Plans to forget the note. It is looked for first: who deletes what is not there leaves a trace."""
        key = {"lane": lane_of(video_id), "video_id": video_id}
        plan.take_back(_note_of(video_id))
        if await self._session.row(IS_NOTED, key) is not None:
            plan.write(DONE, key)

    async def _noted(self, model: str, limit: int) -> list[VideoId]:
        answers = await asyncio.gather(
            *(self._session.rows(NOTED, {"lane": lane, "count": limit}) for lane in range(LANES))
        )
        noted = [VideoId(row["video_id"]) for rows in answers for row in rows][:limit]
        due = await in_turns(noted, lambda video_id: self._is_due(model, video_id))
        return [video_id for video_id, is_due in zip(noted, due, strict=True) if is_due]

    async def _is_due(self, model: str, video_id: VideoId) -> bool:
        """Drops the note of a video that has its vector or is not public: who shows it notes it again."""
        # The stamp from before the reading: a note that comes meanwhile has a later one.
        stamp = self._stamps.next()
        video = video_of(await self._session.row(GET, {"id": video_id}))
        if video is not None and await self._is_outdated(model, video):
            return True
        await self._session.write(DONE, {"lane": lane_of(video_id), "video_id": video_id, "stamp": stamp})
        return False

    async def _go_on(self, model: str, limit: int, walk: Walk) -> Outdated:
        rows = await self._session.rows(VIDEOS, {"place": walk.place})
        videos = [(row["place"], video) for row in rows if (video := video_of(row)) is not None]
        outdated = await in_turns(videos, lambda placed: self._is_outdated(model, placed[1]))
        found = [placed for placed, is_outdated in zip(videos, outdated, strict=True) if is_outdated]
        ids = tuple(video.id for _, video in found[:limit])
        if len(found) > limit:
            place = found[limit - 1][0]
        elif len(rows) == AT_ONCE:
            place = rows[-1]["place"]
        else:
            await self._end(model, walk, found_more=bool(found))
            return Outdated(ids, None)
        return Outdated(ids, str(Walk(walk.began, walk.found or bool(found), place)))

    async def _end(self, model: str, walk: Walk, *, found_more: bool) -> None:
        if not walk.found and not found_more:
            state = {"what": _walked(model), "model": None, "at": walk.began}
            await self._session.write(SET_STATE, {**state, "stamp": self._stamps.next()})

    async def _is_outdated(self, model: str, video: Video) -> bool:
        if not video.is_public:
            return False
        row = await self._session.row(DIGEST, {"video_id": video.id, "model": model})
        return row is None or row["text_digest"] != digest_of(text_of(video))

    async def _state(self, what: str) -> Row | None:
        return await self._session.row(STATE, {"what": what})


def _walked(model: str) -> str:
    return f"walked {model}"


def _at(row: Row | None) -> int:
    return (row and row["at"]) or 0


def _note_of(video_id: VideoId) -> str:
    return f"unembedded:{video_id.hex}"
