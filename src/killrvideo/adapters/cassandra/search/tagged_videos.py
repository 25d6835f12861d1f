"""The newest videos of some tags, each with all of its tags."""

import asyncio
from collections.abc import Iterable, Mapping

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Row
from killrvideo.adapters.cassandra.lists.parted import PARTS
from killrvideo.domain.ids import VideoId
from killrvideo.domain.taste import Tagged

NEWEST_OF_A_PART = 25
"""About the newest hundred of a tag, as its parts fill evenly."""
NEWEST = """
SELECT submitted_at, id, tags FROM videos_by_tag WHERE tag_key = :tag_key AND part = :part LIMIT :most
"""


async def newest_of(session: CassandraSession, tag_keys: Iterable[str]) -> Mapping[VideoId, Tagged]:
    """One round trip, four small questions a tag."""
    parts = [(key, part) for key in tag_keys for part in range(PARTS)]
    found = await asyncio.gather(*(_newest(session, key, part) for key, part in parts))
    return {
        VideoId(row["id"]): Tagged(aware(row["submitted_at"]), frozenset(row["tags"]))
        for rows in found
        for row in rows
    }


async def _newest(session: CassandraSession, key: str, part: int) -> list[Row]:
    return await session.rows(NEWEST, {"tag_key": key, "part": part, "most": NEWEST_OF_A_PART})
