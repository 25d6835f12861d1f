"""Reading the lists of videos: ids and totals in one round trip, whatever the list."""

import asyncio

from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.lists.paging import page_in_time, place_in_time, rows_for
from killrvideo.adapters.cassandra.lists.parted import WHOLE, PartedList
from killrvideo.adapters.cassandra.lists.time_buckets import BucketedList
from killrvideo.adapters.cassandra.tallies.tallies import Tallies
from killrvideo.adapters.cassandra.videos.lists import (
    ALL,
    OWN,
    PUBLIC,
    PUBLIC_VIDEOS,
    tag_subject,
    uploader_subject,
    uploads_subject,
)
from killrvideo.domain.ids import AccountId, VideoId
from killrvideo.domain.paging import Page, PageRequest
from killrvideo.domain.videos import tag_key

LATEST = """
SELECT submitted_at AS at, id FROM latest_videos
WHERE day = :bucket AND (submitted_at, id) < (:at, :id) LIMIT :count
"""
BY_TAG = """
SELECT submitted_at AS at, id FROM videos_by_tag
WHERE tag_key = :tag_key AND part = :part AND (submitted_at, id) < (:at, :id) LIMIT :count
"""
BY_UPLOADER = """
SELECT submitted_at AS at, id FROM videos_by_uploader
WHERE uploader_id = :uploader_id AND list = :list AND (submitted_at, id) < (:at, :id) LIMIT :count
"""


class VideoPages:
    """Each row has the instant of its submission as ``at``, and an ``id``."""

    def __init__(self, session: CassandraSession, tallies: Tallies) -> None:
        self._session = session
        self._tallies = tallies
        self.latest_rows = BucketedList(session, "latest", LATEST)
        self._tagged = PartedList(session, BY_TAG)
        self._uploaded = PartedList(session, BY_UPLOADER, parts=WHOLE)

    async def latest(self, wanted: PageRequest) -> Page[Row]:
        place, count = place_in_time(wanted), rows_for(wanted)
        rows, total = await asyncio.gather(
            self.latest_rows.behind(place, count), self._tallies.of(PUBLIC_VIDEOS)
        )
        return page_in_time(rows, total.videos, wanted)

    async def by_tag(self, tag: str, wanted: PageRequest) -> Page[Row]:
        key, place, count = tag_key(tag), place_in_time(wanted), rows_for(wanted)
        rows, total = await asyncio.gather(
            self._tagged.of(tag_key=key)(place, count), self._tallies.of(tag_subject(key))
        )
        return page_in_time(rows, total.videos, wanted)

    async def by_uploader(
        self, uploader_id: AccountId, wanted: PageRequest, *, every_state: bool
    ) -> Page[Row]:
        place, count = place_in_time(wanted), rows_for(wanted)
        list_, subject = (OWN, uploads_subject) if every_state else (PUBLIC, uploader_subject)
        rows, total = await asyncio.gather(
            self._uploaded.of(uploader_id=uploader_id, list=list_)(place, count),
            self._tallies.of(subject(uploader_id)),
        )
        return page_in_time(rows, total.videos, wanted)

    async def all_of(self, uploader_id: AccountId) -> list[VideoId]:
        """Everything that the account uploaded, in any state."""
        rows = await self._uploaded.all_of(uploader_id=uploader_id, list=ALL)
        return [VideoId(row["id"]) for row in rows]
