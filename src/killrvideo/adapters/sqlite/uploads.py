"""Uploads in SQLite: a row each, and one for each of their pieces."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson

from killrvideo.adapters.sqlite.database import Database, Row
from killrvideo.adapters.sqlite.units import statements
from killrvideo.domain.errors import StaleVersion
from killrvideo.domain.ids import AccountId, UploadId
from killrvideo.domain.instants import from_millis, to_millis
from killrvideo.domain.upload_limits import Usage
from killrvideo.domain.uploads import Part, Upload, UploadKind, in_a_row
from killrvideo.service_interfaces.units import UnitOfWork

COLUMNS = "id, owner_id, kind, length, offset, parts, metadata, joined, created_at, expires_at, version"
SELECT_UPLOAD = f"SELECT {COLUMNS} FROM uploads"  # noqa: S608 - constants
GET = f"{SELECT_UPLOAD} WHERE id = ?"
OF_OWNER = f"{SELECT_UPLOAD} WHERE owner_id = ? ORDER BY id"
USAGE = """
SELECT count(*), total(parts), total(iif(kind = 'final', 0, coalesce(length, offset))),
  total(length IS NULL OR offset < length OR kind = 'partial')
FROM uploads WHERE owner_id = ?
"""
EXPIRED = f"""
{SELECT_UPLOAD} WHERE expires_at < ? AND (length IS NULL OR offset < length OR kind = 'partial')
ORDER BY expires_at LIMIT ?
"""
PARTS = "SELECT start, size, key FROM upload_parts WHERE upload_id = ? ORDER BY start"
ADD = f"INSERT INTO uploads ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants
REPLACE = """
UPDATE uploads SET kind = ?, length = ?, offset = ?, parts = ?, expires_at = ?, version = ?
WHERE id = ? AND version = ?
"""
ADD_PART = "INSERT INTO upload_parts (upload_id, start, size, key) VALUES (?, ?, ?, ?)"
REMOVE = "DELETE FROM uploads WHERE id = ? AND version = ?"


class SqliteUploadStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, upload_id: UploadId) -> Upload | None:
        row = self._database.row(GET, (upload_id.bytes,))
        return None if row is None else upload_of(row)

    async def parts(self, upload_id: UploadId) -> Sequence[Part]:
        found = await self._parts(upload_id)
        if not found and (upload := await self.get(upload_id)) is not None:
            return in_a_row([await self._parts(one) for one in upload.joined])
        return found

    async def of_owner(self, owner_id: AccountId) -> Sequence[Upload]:
        return [upload_of(row) for row in await self._database.scan(OF_OWNER, (owner_id.bytes,))]

    async def usage(self, owner_id: AccountId) -> Usage:
        ((uploads, *sums),) = await self._database.scan(USAGE, (owner_id.bytes,))
        pieces, size, waiting = (int(number) for number in sums)
        return Usage(uploads=uploads, pieces=pieces, bytes=size, waiting=waiting)

    async def expired(self, before: datetime, limit: int) -> Sequence[Upload]:
        return [upload_of(row) for row in await self._database.scan(EXPIRED, (to_millis(before), limit))]

    def add(self, work: UnitOfWork, upload: Upload) -> None:
        said = (upload.kind.value, upload.length, upload.offset, upload.parts)
        texts = (orjson.dumps(upload.metadata).decode(), orjson.dumps(upload.joined).decode())
        times = (to_millis(upload.created_at), to_millis(upload.expires_at))
        statements(work).run(
            ADD, (upload.id.bytes, upload.owner_id.bytes, *said, *texts, *times, upload.version)
        )

    def replace(self, work: UnitOfWork, upload: Upload, part: Part | None = None) -> None:
        said = (upload.kind.value, upload.length, upload.offset, upload.parts)
        changed = (*said, to_millis(upload.expires_at), upload.version)
        statements(work).run(
            REPLACE, (*changed, upload.id.bytes, upload.version - 1), unless_changed=StaleVersion
        )
        if part is not None:
            self.put_back(work, upload.id, part)

    def put_back(self, work: UnitOfWork, upload_id: UploadId, part: Part) -> None:
        statements(work).run(ADD_PART, (upload_id.bytes, part.start, part.size, part.key))

    def remove(self, work: UnitOfWork, upload: Upload) -> None:
        statements(work).run(REMOVE, (upload.id.bytes, upload.version), unless_changed=StaleVersion)

    async def _parts(self, upload_id: UploadId) -> list[Part]:
        """Of up to 5,000 rows, so not on the event loop."""
        return [Part(*row) for row in await self._database.scan(PARTS, (upload_id.bytes,))]


def upload_of(row: Row) -> Upload:
    return Upload(
        id=UploadId(UUID(bytes=row[0])),
        owner_id=AccountId(UUID(bytes=row[1])),
        kind=UploadKind(row[2]),
        length=row[3],
        offset=row[4],
        parts=row[5],
        metadata=orjson.loads(row[6]),
        joined=tuple(UploadId(UUID(one)) for one in orjson.loads(row[7])),
        created_at=from_millis(row[8]),
        expires_at=from_millis(row[9]),
        version=row[10],
    )
