"""Flags and the audit trail in SQLite."""

import json
from collections.abc import Sequence
from uuid import UUID

from killrvideo.adapters.sqlite.database import Binding, Database, Row
from killrvideo.adapters.sqlite.paging import END_OF_TIME, page_in_time, slice_in_time
from killrvideo.adapters.sqlite.units import statements
from killrvideo.domain.errors import AlreadyFlagged, StaleVersion
from killrvideo.domain.ids import AccountId, AuditId, FlagId, VideoId
from killrvideo.domain.instants import from_millis, to_millis
from killrvideo.domain.moderation import (
    AuditAction,
    AuditEntry,
    AuditFilter,
    Flag,
    FlagReason,
    FlagStatus,
)
from killrvideo.domain.paging import Page, PageRequest, Position, position_in_time
from killrvideo.domain.removals import ContentType
from killrvideo.service_interfaces.units import UnitOfWork

SELECT_FLAG = """
SELECT id, reporter_id, content_type, content_id, video_id, reason, reason_text, status, created_at,
  updated_at, moderator_id, moderator_notes, resolved_at, version
FROM flags
"""
"""Columns in the order in which `flag_of` reads them; the rest of the statement follows."""

GET_FLAG = f"{SELECT_FLAG} WHERE id = ?"
FLAGS_OF = f"{SELECT_FLAG} WHERE reporter_id = ? ORDER BY created_at, id"
COUNT_OPEN = "SELECT count(*) FROM flags WHERE status = 'open'"

FLAGS = f"""{SELECT_FLAG}
WHERE (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?
"""
FLAGS_WITH_STATUS = f"""{SELECT_FLAG}
WHERE status = ? AND (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?
"""
FLAGS_ON_VIDEO = f"""{SELECT_FLAG}
WHERE content_id = ?1 AND content_type = 'video' AND (?2 IS NULL OR status = ?2)
  AND (created_at, id) < (?3, ?4)
ORDER BY created_at DESC, id DESC LIMIT ?5 OFFSET ?6
"""
COUNT_FLAGS = "SELECT count(*) FROM flags"
COUNT_FLAGS_WITH_STATUS = "SELECT count(*) FROM flags WHERE status = ?"
COUNT_FLAGS_ON_VIDEO = """
SELECT count(*) FROM flags WHERE content_id = ?1 AND content_type = 'video' AND (?2 IS NULL OR status = ?2)
"""

ADD_FLAG = """
INSERT INTO flags (
  reason_text, status, updated_at, moderator_id, moderator_notes, resolved_at, version,
  id, reporter_id, content_type, content_id, video_id, reason, created_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
REPLACE_FLAG = """
UPDATE flags SET reason_text = ?, status = ?, updated_at = ?, moderator_id = ?, moderator_notes = ?,
  resolved_at = ?, version = ?
WHERE id = ? AND version = ?
"""


def flag_of(row: Row) -> Flag:
    return Flag(
        id=FlagId(UUID(bytes=row[0])),
        reporter_id=AccountId(UUID(bytes=row[1])),
        content_type=ContentType(row[2]),
        content_id=UUID(bytes=row[3]),
        video_id=VideoId(UUID(bytes=row[4])),
        reason=FlagReason(row[5]),
        reason_text=row[6],
        status=FlagStatus(row[7]),
        created_at=from_millis(row[8]),
        updated_at=from_millis(row[9]),
        moderator_id=None if row[10] is None else AccountId(UUID(bytes=row[10])),
        moderator_notes=row[11],
        resolved_at=None if row[12] is None else from_millis(row[12]),
        version=row[13],
    )


class SqliteFlagStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, flag_id: FlagId) -> Flag | None:
        row = self._database.row(GET_FLAG, (flag_id.bytes,))
        return None if row is None else flag_of(row)

    async def page(
        self, wanted: PageRequest, *, status: FlagStatus | None = None, video_id: VideoId | None = None
    ) -> Page[Flag]:
        read, count, chosen = _chosen_flags(status, video_id)
        rows = await self._database.scan(read, (*chosen, *slice_in_time(wanted)))
        [[total]] = await self._database.scan(count, chosen)
        return page_in_time(rows, total, wanted, flag_of, _flag_position)

    async def all_of(self, reporter_id: AccountId) -> Sequence[Flag]:
        return [flag_of(row) for row in await self._database.scan(FLAGS_OF, (reporter_id.bytes,))]

    async def count_open(self) -> int:
        [[total]] = await self._database.scan(COUNT_OPEN)
        return int(total)

    def add(self, work: UnitOfWork, flag: Flag) -> None:
        first: tuple[Binding, ...] = (
            flag.id.bytes,
            flag.reporter_id.bytes,
            flag.content_type.value,
            flag.content_id.bytes,
            flag.video_id.bytes,
            flag.reason.value,
            to_millis(flag.created_at),
        )
        statements(work).run(ADD_FLAG, (*_what_changes(flag), *first), on_conflict=AlreadyFlagged)

    def replace(self, work: UnitOfWork, flag: Flag) -> None:
        statements(work).run(
            REPLACE_FLAG,
            (*_what_changes(flag), flag.id.bytes, flag.version - 1),
            unless_changed=StaleVersion,
            on_conflict=AlreadyFlagged,
        )


def _chosen_flags(
    status: FlagStatus | None, video_id: VideoId | None
) -> tuple[str, str, tuple[Binding, ...]]:
    """The statements that read and count them, and their parameters."""
    if video_id is not None:
        return (
            FLAGS_ON_VIDEO,
            COUNT_FLAGS_ON_VIDEO,
            (video_id.bytes, None if status is None else status.value),
        )
    if status is not None:
        return FLAGS_WITH_STATUS, COUNT_FLAGS_WITH_STATUS, (status.value,)
    return FLAGS, COUNT_FLAGS, ()


def _flag_position(flag: Flag) -> Position:
    return position_in_time(flag.created_at, flag.id)


def _what_changes(flag: Flag) -> tuple[Binding, ...]:
    """Columns that a new version can change, in the order of the statements that write them."""
    return (
        flag.reason_text,
        flag.status.value,
        to_millis(flag.updated_at),
        None if flag.moderator_id is None else flag.moderator_id.bytes,
        flag.moderator_notes,
        None if flag.resolved_at is None else to_millis(flag.resolved_at),
        flag.version,
    )


SELECT_ENTRY = """
SELECT id, at, actor_id, action, target_type, target_id, detail, correlation_id
FROM audit
"""
"""Columns in the order in which `entry_of` reads them; the rest of the statement follows."""

# With a target, the index of the target's own trail is used; without, the one by age.
ENTRIES = f"""{SELECT_ENTRY}
WHERE (?1 IS NULL OR action = ?1) AND (?2 IS NULL OR actor_id = ?2) AND at >= ?3 AND at < ?4
  AND (at, id) < (?5, ?6)
ORDER BY at DESC, id DESC LIMIT ?7 OFFSET ?8
"""
ENTRIES_ON_TARGET = f"""{SELECT_ENTRY}
WHERE (?1 IS NULL OR action = ?1) AND (?2 IS NULL OR actor_id = ?2) AND at >= ?3 AND at < ?4
  AND target_id = ?5 AND (at, id) < (?6, ?7)
ORDER BY at DESC, id DESC LIMIT ?8 OFFSET ?9
"""
COUNT_ENTRIES = """
SELECT count(*) FROM audit
WHERE (?1 IS NULL OR action = ?1) AND (?2 IS NULL OR actor_id = ?2) AND at >= ?3 AND at < ?4
"""
COUNT_ENTRIES_ON_TARGET = """
SELECT count(*) FROM audit
WHERE (?1 IS NULL OR action = ?1) AND (?2 IS NULL OR actor_id = ?2) AND at >= ?3 AND at < ?4
  AND target_id = ?5
"""

ADD_ENTRY = """
INSERT INTO audit (id, at, actor_id, action, target_type, target_id, detail, correlation_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


def entry_of(row: Row) -> AuditEntry:
    return AuditEntry(
        id=AuditId(UUID(bytes=row[0])),
        at=from_millis(row[1]),
        actor_id=None if row[2] is None else AccountId(UUID(bytes=row[2])),
        action=AuditAction(row[3]),
        target_type=row[4],
        target_id=UUID(bytes=row[5]),
        detail=json.loads(row[6]),
        correlation_id=row[7],
    )


class SqliteAuditStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, chosen: AuditFilter, wanted: PageRequest) -> Page[AuditEntry]:
        parameters = _filter(chosen)
        read, count = ENTRIES, COUNT_ENTRIES
        if chosen.target_id is not None:
            read, count = ENTRIES_ON_TARGET, COUNT_ENTRIES_ON_TARGET
            parameters = (*parameters, chosen.target_id.bytes)
        rows = await self._database.scan(read, (*parameters, *slice_in_time(wanted)))
        [[total]] = await self._database.scan(count, parameters)
        return page_in_time(rows, total, wanted, entry_of, _entry_position)

    def add(self, work: UnitOfWork, entry: AuditEntry) -> None:
        statements(work).run(
            ADD_ENTRY,
            (
                entry.id.bytes,
                to_millis(entry.at),
                None if entry.actor_id is None else entry.actor_id.bytes,
                entry.action.value,
                entry.target_type,
                entry.target_id.bytes,
                json.dumps(entry.detail, ensure_ascii=False),
                entry.correlation_id,
            ),
        )


def _filter(chosen: AuditFilter) -> tuple[Binding, ...]:
    return (
        None if chosen.action is None else chosen.action.value,
        None if chosen.actor_id is None else chosen.actor_id.bytes,
        0 if chosen.since is None else to_millis(chosen.since),
        END_OF_TIME if chosen.until is None else to_millis(chosen.until),
    )


def _entry_position(entry: AuditEntry) -> Position:
    return position_in_time(entry.at, entry.id)
