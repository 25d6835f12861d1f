"""A flag as a row of its table, and back; the lists that it is in, and what it counts for."""

from hashlib import sha256

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import Row, Value
from killrvideo.adapters.cassandra.lists.tables import ListRows, ListTable, change_rows
from killrvideo.adapters.cassandra.lists.time_buckets import day_of
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.domain.errors import AlreadyFlagged
from killrvideo.domain.ids import AccountId, FlagId, VideoId
from killrvideo.domain.moderation import TRANSITIONS, Flag, FlagReason, FlagStatus
from killrvideo.domain.removals import ContentType

SELECT = """
SELECT id, reporter_id, content_type, content_id, video_id, reason, reason_text, status, created_at,
  updated_at, moderator_id, moderator_notes, resolved_at, version
FROM flags
"""
GET = f"{SELECT} WHERE id = :id"
PUT = """
INSERT INTO flags (id, reporter_id, content_type, content_id, video_id, reason, reason_text, status,
  created_at, updated_at, moderator_id, moderator_notes, resolved_at, version)
VALUES (:id, :reporter_id, :content_type, :content_id, :video_id, :reason, :reason_text, :status,
  :created_at, :updated_at, :moderator_id, :moderator_notes, :resolved_at, :version)
USING TIMESTAMP :stamp
"""
BY_AGE = ListTable("flags_by_age", ("list", "day", "created_at", "id"))
ON_VIDEO = ListTable("flags_on_video", ("video_id", "list", "created_at", "id"))
BY_REPORTER = ListTable("flags_by_reporter", ("reporter_id", "created_at", "id"))
ALL = "all"


def flag_guard(flag_id: FlagId) -> str:
    """The guard of its version; and where a plan knows it by, as `Flag`."""
    return f"flag:{flag_id.hex}"


def list_of(status: FlagStatus | None) -> str:
    return ALL if status is None else status.value


def flags_subject(status: FlagStatus | None, video_id: VideoId | None = None) -> str:
    """What all flags, those in a state, and those on a video are tallied for."""
    where = "flags" if video_id is None else f"flags on {video_id.hex}"
    return where if status is None else f"{where}: {status}"


def plan_flag(plan: Plan, before: Flag | None, after: Flag) -> None:
    """Writes the row and all that follows from it; the guard of its version is the caller's to plan."""
    plan.conclude(PUT, _row(after))
    change_rows(plan, _list_rows(before), _list_rows(after))
    _count(plan, before, after)
    _hold(plan, before, after)
    plan.known[flag_guard(after.id)] = after


def flag_of(row: Row) -> Flag:
    return Flag(
        id=FlagId(row["id"]),
        reporter_id=AccountId(row["reporter_id"]),
        content_type=ContentType(row["content_type"]),
        content_id=row["content_id"],
        video_id=VideoId(row["video_id"]),
        reason=FlagReason(row["reason"]),
        reason_text=row["reason_text"],
        status=FlagStatus(row["status"]),
        created_at=aware(row["created_at"]),
        updated_at=aware(row["updated_at"]),
        moderator_id=None if row["moderator_id"] is None else AccountId(row["moderator_id"]),
        moderator_notes=row["moderator_notes"],
        resolved_at=aware(row["resolved_at"]),
        version=row["version"],
    )


def _list_rows(flag: Flag | None) -> ListRows:
    if flag is None:
        return {}
    place = (flag.created_at, flag.id)
    rows: dict[tuple[ListTable, tuple[Value, ...]], tuple[Value, ...]] = {
        (BY_REPORTER, (flag.reporter_id, *place)): ()
    }
    for list_ in (ALL, flag.status.value):
        rows[BY_AGE, (list_, day_of(flag.created_at), *place)] = ()
        if flag.content_type is ContentType.VIDEO:
            rows[ON_VIDEO, (flag.video_id, list_, *place)] = ()
    return rows


def _count(plan: Plan, before: Flag | None, after: Flag) -> None:
    then, now = _subjects(before), _subjects(after)
    change = f"{after.id.hex}:{after.version}"
    for subject in then - now:
        plan.tally(subject, change, videos=-1)
    for subject in now - then:
        plan.tally(subject, change, videos=1)


def _subjects(flag: Flag | None) -> set[str]:
    if flag is None:
        return set()
    subjects = {flags_subject(None), flags_subject(flag.status)}
    if flag.content_type is ContentType.VIDEO:
        subjects |= {flags_subject(None, flag.video_id), flags_subject(flag.status, flag.video_id)}
    return subjects


def _hold(plan: Plan, before: Flag | None, after: Flag) -> None:
    """One person has one unresolved flag on a thing."""
    held, holds = before is not None and _is_unresolved(before), _is_unresolved(after)
    if held and not holds:
        plan.release(_name(after), after.id.hex)
    if holds and not held:
        plan.claim(_name(after), after.id.hex, AlreadyFlagged)


def _is_unresolved(flag: Flag) -> bool:
    return bool(TRANSITIONS[flag.status])


def _name(flag: Flag) -> str:
    # Whoever holds the key knows neither who nor what.
    return f"flagged:{sha256(f'{flag.reporter_id.hex}:{flag.content_id.hex}'.encode()).hexdigest()}"


def _row(flag: Flag) -> dict[str, Value]:
    return {
        "id": flag.id,
        "reporter_id": flag.reporter_id,
        "content_type": flag.content_type.value,
        "content_id": flag.content_id,
        "video_id": flag.video_id,
        "reason": flag.reason.value,
        "reason_text": flag.reason_text,
        "status": flag.status.value,
        "created_at": flag.created_at,
        "updated_at": flag.updated_at,
        "moderator_id": flag.moderator_id,
        "moderator_notes": flag.moderator_notes,
        "resolved_at": flag.resolved_at,
        "version": flag.version,
    }
