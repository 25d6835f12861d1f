"""Views and watch time that lead to no account: only the sum of them shows, but each is kept."""

from killrvideo.adapters.cassandra.plan import Plan
from killrvideo.adapters.cassandra.session import Value
from killrvideo.domain.instants import to_millis
from killrvideo.domain.playback import View, WatchTime

LANES = 8
MILLIS_AN_HOUR = 3_600_000

ADD_VIEW = """
INSERT INTO nameless_views (hour, lane, at, id, video_id) VALUES (:hour, :lane, :at, :id, :video_id)
USING TIMESTAMP :stamp
"""
ADD_WATCH_TIME = """
INSERT INTO nameless_watch_time (hour, lane, at, id, video_id, seconds)
VALUES (:hour, :lane, :at, :id, :video_id, :seconds) USING TIMESTAMP :stamp
"""


def plan_nameless_view(plan: Plan, view: View) -> None:
    plan.write(ADD_VIEW, _place_of(view))


def plan_nameless_watch_time(plan: Plan, watched: WatchTime) -> None:
    plan.write(ADD_WATCH_TIME, {**_place_of(watched), "seconds": watched.seconds})


def _place_of(what: View | WatchTime) -> dict[str, Value]:
    hour, lane = to_millis(what.at) // MILLIS_AN_HOUR, what.id.int % LANES
    return {"hour": hour, "lane": lane, "at": what.at, "id": what.id, "video_id": what.video_id}
