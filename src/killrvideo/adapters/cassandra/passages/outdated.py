"""Which videos have passages of older texts, or none, or none with vectors of a model.

Each change of a text is noted, in the same unit of work, and the note goes with the passages; passages
without vectors leave a note in lanes of their own. Passages are written before the unit that says what they
are made of, which may be refused, or break off: so the first of all is a note, and that what is there is made
of nothing any more. All of one making carries one stamp, or the next one: of two makings, all of the later
one stays. Only for a model that has not made all of them, the whole
table of videos is gone through, once.
"""

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from killrvideo.adapters.cassandra.captions.rows import TRACKS, planned_tracks, track_of
from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.cluster.turns import in_turns
from killrvideo.adapters.cassandra.lists.lanes import LANES
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.stamps import Stamps
from killrvideo.adapters.cassandra.vectors.outdated import (
    AT_ONCE,
    FIRST_PLACE,
    SET_STATE,
    STATE,
    VIDEOS,
    Walk,
)
from killrvideo.adapters.cassandra.vectors.traits import traits_of
from killrvideo.adapters.cassandra.videos.lists import lane_of
from killrvideo.adapters.cassandra.videos.rows import GET, planned_video, video_of
from killrvideo.domain.captions import CaptionTrack
from killrvideo.domain.errors import TextsChanged
from killrvideo.domain.ids import VideoId
from killrvideo.domain.passages import PassageSet, made_of
from killrvideo.domain.vectors import Outdated
from killrvideo.domain.videos import Video

NOTE = "INSERT INTO unread_videos (lane, video_id) VALUES (:lane, :video_id) USING TIMESTAMP :stamp"
DONE = "DELETE FROM unread_videos USING TIMESTAMP :stamp WHERE lane = :lane AND video_id = :video_id"
DONE_THEN = "DELETE FROM unread_videos USING TIMESTAMP :then WHERE lane = :lane AND video_id = :video_id"
IS_NOTED = "SELECT video_id FROM unread_videos WHERE lane = :lane AND video_id = :video_id"
NOTED = "SELECT video_id FROM unread_videos WHERE lane = :lane LIMIT :count"
NEXT = "SELECT video_id FROM unread_videos WHERE lane = :lane AND video_id > :after LIMIT :count"
NOTES = "notes:"
"""With the lane and the id of the last one, where to look further."""
MADE = "SELECT made_of, model, count FROM passage_sets WHERE video_id = :video_id"
OF_NOTHING = "INSERT INTO passage_sets (video_id, made_of) VALUES (:video_id, '') USING TIMESTAMP :stamp"
WALKED = "passages by"
"""And the model: since when all videos had passages with its vectors."""


class OutdatedPassages:
    def __init__(self, session: CassandraSession, stamps: Stamps) -> None:
        self._session = session
        self._stamps = stamps

    async def of(self, model: str | None, limit: int, after: str | None) -> Outdated:
        if after is not None and after.startswith(NOTES):
            lane, last = after.removeprefix(NOTES).split(":")
            return await self._noted(model, limit, int(lane), UUID(last))
        if after is not None:
            return await self._go_on(model, limit, Walk.read(after))
        if model is not None and await self._session.row(STATE, {"what": f"{WALKED} {model}"}) is None:
            walk = Walk(self._stamps.next(), found=False, place=FIRST_PLACE)
            return await self._go_on(model, limit, walk)
        return await self._noted(model, limit, 0, None)

    async def made(self, video_id: VideoId) -> Row | None:
        return await self._session.row(MADE, {"video_id": video_id})

    def plan_follow(self, plan: Plan, before: Video | None, after: Video) -> None:
        """Plans what follows from a change of a video."""
        same = before is not None and before.is_public and _said_of(before) == _said_of(after)
        if after.is_public and not same:
            self.plan_note(plan, after.id)
        if after.is_public and (before is None or not before.is_public):
            # Notes of what is not public are dropped: its passages may have been made without a model.
            self._plan_note(plan, after.id, lane_of(after.id) + LANES)

    def plan_note(self, plan: Plan, video_id: VideoId) -> None:
        """Plans to note the video, unless a later verb of the unit brings its passages."""
        self._plan_note(plan, video_id, lane_of(video_id))

    async def begin(self, plan: Plan, made: PassageSet, stamp: int) -> Video:
        """Marks the passages that are there as made of nothing, and then looks whether these are of the
        present texts: whoever changes those later finds the mark. The present video; raises TextsChanged.
        """
        planned = await planned_video(self._session, plan, made.video.id)
        if planned is None:
            raise TextsChanged
        key = {"video_id": planned.id, "stamp": stamp}
        await asyncio.gather(
            self._session.write(NOTE, {**key, "lane": lane_of(planned.id)}),
            self._session.write(OF_NOTHING, key),
        )
        row, tracks = await asyncio.gather(
            self._session.row(GET, {"id": planned.id}), planned_tracks(self._session, plan, planned.id)
        )
        present = video_of(row)
        video = planned if present is None or present.version < planned.version else present
        if stood_for(video, tracks) != stood_for(made.video, made.tracks):
            raise TextsChanged
        return video

    async def plan_made(self, plan: Plan, video_id: VideoId, stamp: int, *, has_vectors: bool) -> None:
        """Plans to forget the notes of what was made, up to the stamp."""
        lane = lane_of(video_id)
        plan.take_back(_note_of(video_id, lane))
        plan.write(DONE_THEN, {"lane": lane, "video_id": video_id, "then": stamp})
        key = {"lane": lane + LANES, "video_id": video_id}
        if not has_vectors:
            self._plan_note(plan, video_id, lane + LANES)
        # It is looked for first: who deletes what is not there leaves a trace.
        elif await self._session.row(IS_NOTED, key) is not None:
            plan.write(DONE_THEN, {**key, "then": stamp})

    def _plan_note(self, plan: Plan, video_id: VideoId, lane: int) -> None:
        plan.suggest(_note_of(video_id, lane), NOTE, {"lane": lane, "video_id": video_id})

    async def _noted(self, model: str | None, limit: int, first: int, after: UUID | None) -> Outdated:
        """The next notes, lane by lane; those of videos that are not outdated any more are dropped."""
        noted: list[tuple[int, UUID]] = []
        for lane in range(first, LANES if model is None else 2 * LANES):
            wanted = {"lane": lane, "count": limit - len(noted)}
            is_within = lane == first and after is not None
            rows = await self._session.rows(
                *((NEXT, {**wanted, "after": after}) if is_within else (NOTED, wanted))
            )
            noted += ((lane, row["video_id"]) for row in rows)
            if len(noted) == limit:
                break
        due = await in_turns(noted, lambda note: self._is_due(model, note[0], VideoId(note[1])))
        found = (VideoId(id_) for (_, id_), is_due in zip(noted, due, strict=True) if is_due)
        is_cut = len(noted) == limit
        return Outdated(
            tuple(dict.fromkeys(found)), f"{NOTES}{noted[-1][0]}:{noted[-1][1].hex}" if is_cut else None
        )

    async def _is_due(self, model: str | None, lane: int, video_id: VideoId) -> bool:
        """Drops the note of a video that has what it says, or is not public: who shows it notes it again."""
        # The stamp from before the reading: a note that comes meanwhile has a later one.
        stamp = self._stamps.next()
        video = video_of(await self._session.row(GET, {"id": video_id}))
        if video is not None and await self._lacks(video, model if lane >= LANES else None):
            return True
        await self._session.write(DONE, {"lane": lane, "video_id": video_id, "stamp": stamp})
        return False

    async def _is_current(self, video: Video, row: Row | None, model: str | None) -> bool:
        rows = await self._session.rows(TRACKS, {"video_id": video.id})
        tracks = [track for one in rows if (track := track_of(one)) is not None]
        return (
            row is not None and row["made_of"] == stood_for(video, tracks) and model in {None, row["model"]}
        )

    async def _go_on(self, model: str | None, limit: int, walk: Walk) -> Outdated:
        rows = await self._session.rows(VIDEOS, {"place": walk.place})
        videos = [(row["place"], video) for row in rows if (video := video_of(row)) is not None]
        outdated = await in_turns(videos, lambda placed: self._lacks(placed[1], model))
        found = [placed for placed, lacks in zip(videos, outdated, strict=True) if lacks]
        ids = tuple(video.id for _, video in found[:limit])
        if len(found) > limit:
            return Outdated(ids, str(Walk(walk.began, found=True, place=found[limit - 1][0])))
        if len(rows) == AT_ONCE:
            return Outdated(ids, str(Walk(walk.began, walk.found or bool(found), rows[-1]["place"])))
        if not walk.found and not found:
            state = {"what": f"{WALKED} {model}", "model": model, "at": walk.began}
            await self._session.write(SET_STATE, {**state, "stamp": self._stamps.next()})
        return Outdated(ids, None)

    async def _lacks(self, video: Video, model: str | None) -> bool:
        return video.is_public and not await self._is_current(video, await self.made(video.id), model)


def stood_for(video: Video, tracks: Sequence[CaptionTrack]) -> str:
    """What passages are made of, and what filters ask of their video."""
    return f"{made_of(video, tracks)} {_said_of(video)}"


def _said_of(video: Video) -> str:
    traits = traits_of(video)
    tags = sorted(traits.tags)
    told = (video.title, video.description, tags, traits.category, traits.language, str(traits.uploader_id))
    return sha256(repr((*told, traits.submitted_at.isoformat())).encode()).hexdigest()[:16]


def _note_of(video_id: VideoId, lane: int) -> str:
    return f"unread:{video_id.hex}:{lane}"
