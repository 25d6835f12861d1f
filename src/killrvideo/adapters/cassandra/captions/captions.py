"""Captions in Cassandra: guarded rows, whose texts are written before them."""

from collections.abc import Sequence
from uuid import uuid5

from killrvideo.adapters.cassandra.captions.rows import (
    GET,
    TRACKS,
    captions_of,
    track_guard,
    track_of,
    write_text,
)
from killrvideo.adapters.cassandra.passages.outdated import OutdatedPassages
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import Foundation, planned
from killrvideo.adapters.cassandra.videos.rows import planned_video
from killrvideo.domain.captions import Captions, CaptionTrack
from killrvideo.domain.errors import StaleVersion
from killrvideo.domain.ids import VideoId
from killrvideo.service_interfaces.units import UnitOfWork

PUT = """
INSERT INTO captions (
  video_id, language, label, digest, created_at, updated_at, version, automatic, made_of, turn, upload, parts
) VALUES (
  :video_id, :language, :label, :digest, :created_at, :updated_at, :version, :automatic, :made_of, :turn,
  :upload, :parts
) USING TIMESTAMP :stamp
"""
REMOVE = """
INSERT INTO captions (video_id, language, version, turn, upload, parts)
VALUES (:video_id, :language, null, :turn, null, null) USING TIMESTAMP :stamp
"""
DROP_TEXT = """
DELETE FROM caption_texts USING TIMESTAMP :stamp WHERE video_id = :video_id AND upload = :upload
"""
DROPS = tuple(
    f"DELETE FROM {table} USING TIMESTAMP :stamp WHERE video_id = :video_id"  # noqa: S608 - constants
    for table in ("captions", "caption_texts")
)
LOOKS = 3
"""At a track that is replaced again and again while it is read."""


class CassandraCaptionStore:
    def __init__(self, on: Foundation, outdated: OutdatedPassages) -> None:
        self._session = on.session
        self._stamps = on.stamps
        self._outdated = outdated
        on.purging.append(self._drop_of_video)

    async def get(self, video_id: VideoId, language: str) -> Captions | None:
        """Two round trips."""
        for _ in range(LOOKS):
            row = await self._session.row(GET, {"video_id": video_id, "language": language})
            if row is None or row["version"] is None:
                return None
            captions = await captions_of(self._session, row)
            if captions is not None:
                return captions
        return None

    async def tracks(self, video_id: VideoId) -> Sequence[CaptionTrack]:
        rows = await self._session.rows(TRACKS, {"video_id": video_id})
        return [track for row in rows if (track := track_of(row)) is not None]

    def put(self, work: UnitOfWork, captions: Captions) -> None:
        track = captions.track

        async def plan_it(plan: Plan) -> None:
            turn = await self._pass(plan, track, track.version - 1, adds=True)
            stamp = self._stamps.next()
            upload = uuid5(plan.unit, track.language)  # A unit may bring several languages of a video.
            parts = await write_text(self._session, track.video_id, upload, captions.text, stamp)
            row = {
                "video_id": track.video_id,
                "language": track.language,
                "label": track.label,
                "digest": track.digest,
                "created_at": track.created_at,
                "updated_at": track.updated_at,
                "version": track.version,
                "automatic": track.automatic or None,
                "made_of": track.made_of,
            }
            plan.write(PUT, {**row, "turn": turn, "upload": upload, "parts": parts})

        planned(work).plan(plan_it)

    def remove(self, work: UnitOfWork, track: CaptionTrack) -> None:
        async def plan_it(plan: Plan) -> None:
            turn = await self._pass(plan, track, track.version, adds=False)
            key = {"video_id": track.video_id, "language": track.language}
            plan.write(REMOVE, {**key, "turn": turn})

        planned(work).plan(plan_it)

    async def _pass(self, plan: Plan, track: CaptionTrack, version: int, *, adds: bool) -> int:
        """Plans to pass the guard, where the version is the present one or, if the track ``adds``, where
        there is none; and to drop the present text. The guard's next version; raises StaleVersion.
        """
        video = await planned_video(self._session, plan, track.video_id)
        row = await self._session.row(GET, {"video_id": track.video_id, "language": track.language})
        present = track_of(row)
        fits = adds if present is None else present.version == version
        if video is None or not fits:
            raise StaleVersion
        turn: int = (row and row["turn"]) or 0
        guard = track_guard(track.video_id, track.language)
        plan.advance(guard, turn, None)
        plan.known[guard] = track if adds else None
        if row is not None and row["upload"] is not None:
            plan.write(DROP_TEXT, {"video_id": track.video_id, "upload": row["upload"]})
        if video.is_public:
            self._outdated.plan_note(plan, track.video_id)
        return turn + 1

    async def _drop_of_video(self, video_id: VideoId) -> None:
        stamp = self._stamps.next()
        for drop in DROPS:
            await self._session.write(drop, {"video_id": video_id, "stamp": stamp})
