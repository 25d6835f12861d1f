"""What was made of videos, in Cassandra: a guarded row each."""

from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import Foundation, planned
from killrvideo.adapters.media_bodies import media_text, read_media
from killrvideo.domain.errors import StaleVersion
from killrvideo.domain.ids import VideoId
from killrvideo.domain.media import Media
from killrvideo.service_interfaces.units import UnitOfWork

GET = "SELECT version, body FROM media WHERE video_id = :video_id"
PUT = """
INSERT INTO media (video_id, version, body) VALUES (:video_id, :version, :body) USING TIMESTAMP :stamp
"""
DROP = "DELETE FROM media USING TIMESTAMP :stamp WHERE video_id = :video_id"


class CassandraMediaStore:
    def __init__(self, on: Foundation) -> None:
        self._session = on.session
        self._stamps = on.stamps
        on.purging.append(self._drop_of_video)

    async def get(self, video_id: VideoId) -> Media | None:
        row = await self._session.row(GET, {"video_id": video_id})
        return None if row is None or row["body"] is None else read_media(row["body"])

    def put(self, work: UnitOfWork, media: Media) -> None:
        async def plan_it(plan: Plan) -> None:
            plan.advance(_guard(media.video_id), media.version - 1, StaleVersion)
            row = {"video_id": media.video_id, "version": media.version, "body": media_text(media)}
            plan.conclude(PUT, row)

        planned(work).plan(plan_it)

    async def _drop_of_video(self, video_id: VideoId) -> None:
        await self._session.write(DROP, {"video_id": video_id, "stamp": self._stamps.next()})


def _guard(video_id: VideoId) -> str:
    return f"media:{video_id.hex}"
