"""Views and reports of watch time as rows, each by its video, and by its viewer if it has one."""

from dataclasses import dataclass
from datetime import datetime

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import Row, Value
from killrvideo.adapters.cassandra.lists.parted import part_of
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.domain.ids import AccountId, VideoId, ViewId
from killrvideo.domain.playback import View, WatchTime

NOTE_MONTH = """
INSERT INTO watched_months (video_id, month) VALUES (:video_id, :month) USING TIMESTAMP :stamp
"""
BY_VIDEO = "video_id = :video_id AND month = :month AND part = :part"
BY_VIEWER = "viewer_id = :viewer_id AND part = :part"
PLACE = "at = :at AND id = :id"


@dataclass(frozen=True, slots=True)
class WatchTable:
    """The two tables that one kind of rows stands in."""

    name: str
    columns: tuple[str, ...]

    @property
    def get(self) -> str:
        return f"SELECT id FROM {self.name} WHERE {BY_VIDEO} AND {PLACE}"  # noqa: S608 - constants

    @property
    def add(self) -> str:
        return self._insert(self.name, ("video_id", "month", "part", "at", "id", "viewer_id", *self.columns))

    @property
    def add_by_viewer(self) -> str:
        columns = ("viewer_id", "part", "at", "id", "video_id", *self.columns)
        return self._insert(f"{self.name}_by_viewer", columns)

    @property
    def list_by_viewer(self) -> str:
        columns = ", ".join(("at", "id", "video_id", *self.columns))
        table = f"{self.name}_by_viewer"
        return f"SELECT {columns} FROM {table} WHERE {BY_VIEWER} AND (at, id) < (:at, :id) LIMIT :count"  # noqa: S608

    @property
    def drop_by_viewer(self) -> str:
        table = f"{self.name}_by_viewer"
        return f"DELETE FROM {table} USING TIMESTAMP :stamp WHERE {BY_VIEWER} AND {PLACE}"  # noqa: S608

    @property
    def part(self) -> str:
        return f"SELECT at, id, viewer_id FROM {self.name} WHERE {BY_VIDEO}"  # noqa: S608

    @property
    def drop_part(self) -> str:
        return f"DELETE FROM {self.name} USING TIMESTAMP :stamp WHERE {BY_VIDEO}"  # noqa: S608

    @property
    def forget_viewer(self) -> str:
        """Makes no row, where there is none."""
        return f"DELETE viewer_id FROM {self.name} USING TIMESTAMP :stamp WHERE {BY_VIDEO} AND {PLACE}"

    def _insert(self, table: str, columns: tuple[str, ...]) -> str:
        names, markers = ", ".join(columns), ", ".join(f":{column}" for column in columns)
        return f"INSERT INTO {table} ({names}) VALUES ({markers}) USING TIMESTAMP :stamp"  # noqa: S608


VIEWS = WatchTable("views", ())
WATCH_TIME = WatchTable("watch_time", ("seconds",))
WATCH_TABLES = (VIEWS, WATCH_TIME)


def plan_watched(plan: Plan, table: WatchTable, row: dict[str, Value]) -> None:
    """Adds the row wherever it belongs."""
    plan.write(table.add, row)
    plan.write(NOTE_MONTH, row)
    if row["viewer_id"] is not None:
        plan.write(table.add_by_viewer, row)


def row_of(watched: View | WatchTime, viewer_id: AccountId | None) -> dict[str, Value]:
    row = {**place_of(watched.video_id, watched.at, watched.id), "viewer_id": viewer_id}
    return {**row, "seconds": watched.seconds} if isinstance(watched, WatchTime) else row


def place_of(video_id: VideoId, at: datetime, id_: ViewId) -> dict[str, Value]:
    """Where a row stands, in both tables."""
    return {"video_id": video_id, "month": month_of(at), "part": part_of(id_), "at": at, "id": id_}


def month_of(instant: datetime) -> int:
    """Of all years."""
    return instant.year * 12 + instant.month - 1


def view_of(row: Row) -> View:
    return View(
        id=ViewId(row["id"]),
        video_id=VideoId(row["video_id"]),
        viewer_id=None if row["viewer_id"] is None else AccountId(row["viewer_id"]),
        at=aware(row["at"]),
    )


def watch_time_of(row: Row) -> WatchTime:
    view = view_of(row)
    return WatchTime(
        id=view.id, video_id=view.video_id, viewer_id=view.viewer_id, seconds=row["seconds"], at=view.at
    )
