"""What trends is read from: the views of an hour, and boards of the most viewed of hours and days."""

import struct
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.domain.ids import VideoId
from killrvideo.domain.instants import EPOCH, to_millis
from killrvideo.domain.playback import TREND_DAYS, View

HOURS_A_DAY = 24
MILLIS_AN_HOUR = 3_600_000
LANES = range(8)
KEPT_FOR = timedelta(days=TREND_DAYS.stop + 1)
"""A day longer than anybody asks for."""
ENTRY = struct.Struct(">16sI")
"""Of a board: a video's id, and its views."""

ADD_VIEW = """
INSERT INTO viewed_in_hour (hour, lane, video_id, id) VALUES (:hour, :lane, :video_id, :id)
USING TTL :seconds AND TIMESTAMP :stamp
"""
VIEWS_OF_LANE = """
SELECT video_id, count(*) AS views FROM viewed_in_hour WHERE hour = :hour AND lane = :lane GROUP BY video_id
"""
# Takes the boards away that do not have the view.
REOPEN = """
INSERT INTO trends (day, hour, board, settled, whole, closed) VALUES (:day, :hour, null, null, null, null)
USING TTL :seconds AND TIMESTAMP :stamp
"""

Views = Counter[VideoId]


def hour_of(instant: datetime) -> int:
    """Hours since 1970."""
    return to_millis(instant) // MILLIS_AN_HOUR


def start_of(hour: int) -> datetime:
    return EPOCH + timedelta(hours=hour)


def seconds_left(hour: int, now: datetime) -> int:
    """How long the rows of an hour are kept from now on."""
    return int((start_of(hour) + KEPT_FOR - now).total_seconds())


def plan_view(plan: Plan, view: View, now: datetime) -> None:
    """Counts the view in its hour, unless that is too long ago for anybody to ask."""
    hour = hour_of(view.at)
    seconds = seconds_left(hour, now)
    if seconds <= 0:
        return
    lane = view.video_id.int % len(LANES)
    row = {"hour": hour, "lane": lane, "video_id": view.video_id, "id": view.id, "seconds": seconds}
    plan.write(ADD_VIEW, row)
    plan.write(REOPEN, {"day": hour // HOURS_A_DAY, "hour": hour, "seconds": seconds})


def packed(views: Views, most: int) -> bytes:
    """A board of the most viewed."""
    return b"".join(ENTRY.pack(video_id.bytes, count) for video_id, count in views.most_common(most))


def unpacked(board: bytes) -> Views:
    return Counter({VideoId(UUID(bytes=id_)): count for id_, count in ENTRY.iter_unpack(board)})


def together(boards: Iterable[bytes]) -> Views:
    """The sum of several boards."""
    views: Views = Counter()
    for board in boards:
        views.update(unpacked(board))
    return views
