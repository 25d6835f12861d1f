"""What came in the last minutes, to be compared exactly: a similarity search asks one replica, which may not
have it yet. These rows are read from a quorum beside it, and count for more: so a change shows at once.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

from killrvideo.adapters.cassandra.cluster.session import CassandraSession, Value
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.vectors.traits import NONE, Traits, traits_in
from killrvideo.domain.ids import VideoId

MINUTES = 3
"""The present one included."""
OF_A_MINUTE = 100
"""The newest that are compared."""
MICROS_A_MINUTE = 60_000_000

PUT = """
INSERT INTO recent_vectors (model, minute, stamp, video_id, vector, category, language, uploader_id,
  submitted_at, tags)
VALUES (:model, :minute, :stamp, :video_id, :vector, :category, :language, :uploader_id, :submitted_at, :tags)
USING TIMESTAMP :stamp
"""
LIST = f"""
SELECT video_id, vector, category, language, uploader_id, submitted_at, tags FROM recent_vectors
WHERE model = :model AND minute = :minute LIMIT {OF_A_MINUTE}
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Found:
    """As a video was last left."""

    vector: bytes
    """Of length one."""
    traits: Traits


def plan_found(plan: Plan, video_id: VideoId, model: str, found: Found) -> None:
    _plan(plan, video_id, model, found.vector, found.traits.params)


def plan_gone(plan: Plan, video_id: VideoId, model: str) -> None:
    """Plans to say that the video is not to be found any more."""
    _plan(plan, video_id, model, None, NONE)


async def recent(session: CassandraSession, model: str) -> dict[VideoId, Found | None]:
    """What came lately, by video; None for what is gone. One round trip."""
    present = minute_of(time.time_ns() // 1000)
    # The oldest first: of two rows of one video the later one counts.
    minutes = range(present - MINUTES + 1, present + 1)
    answers = await asyncio.gather(
        *(session.rows(LIST, {"model": model, "minute": minute}) for minute in minutes)
    )
    return {
        VideoId(row["video_id"]): None if row["vector"] is None else Found(row["vector"], traits_in(row))
        for rows in answers
        for row in reversed(rows)
    }


def minute_of(stamp: int) -> int:
    """Since 1970."""
    return stamp // MICROS_A_MINUTE


def _plan(
    plan: Plan, video_id: VideoId, model: str, vector: bytes | None, traits: Mapping[str, Value]
) -> None:
    row = {"model": model, "minute": minute_of, "video_id": video_id, "vector": vector}
    plan.write(PUT, {**row, **traits})
