"""Uploads in Cassandra: guarded rows, their pieces beside them."""

from collections.abc import Sequence
from datetime import datetime

from killrvideo.adapters.cassandra.cluster.instants import aware
from killrvideo.adapters.cassandra.cluster.session import Row, Value
from killrvideo.adapters.cassandra.cluster.turns import in_turns
from killrvideo.adapters.cassandra.lists.lanes import LANES, oldest
from killrvideo.adapters.cassandra.units.plan import Plan
from killrvideo.adapters.cassandra.units.units import Foundation, planned
from killrvideo.domain.errors import StaleVersion
from killrvideo.domain.ids import AccountId, UploadId
from killrvideo.domain.upload_limits import Usage
from killrvideo.domain.uploads import Part, Upload, UploadKind, in_a_row
from killrvideo.service_interfaces.units import UnitOfWork

COLUMNS = "id, owner_id, kind, length, offset, parts, metadata, joined, created_at, expires_at, version"
SELECT = f"SELECT {COLUMNS} FROM uploads"  # noqa: S608 - constants
GET = f"{SELECT} WHERE id = :id"
PARTS = "SELECT start, size, key FROM upload_parts WHERE upload_id = :upload_id"
OF_OWNER = "SELECT id FROM uploads_by_owner WHERE owner_id = :owner_id"
USAGE = """
SELECT count(id) AS uploads, count(bytes) AS summed, sum(bytes) AS bytes, sum(pieces) AS pieces,
  sum(waiting) AS waiting
FROM uploads_by_owner WHERE owner_id = :owner_id
"""
WAITING = "SELECT id, at FROM uploads_waiting WHERE lane = :lane AND at < :before"

PUT = """
INSERT INTO uploads (id, owner_id, kind, length, offset, parts, metadata, joined, created_at, expires_at,
  version)
VALUES (:id, :owner_id, :kind, :length, :offset, :parts, :metadata, :joined, :created_at, :expires_at,
  :version)
USING TIMESTAMP :stamp
"""
PUT_PART = """
INSERT INTO upload_parts (upload_id, start, size, key) VALUES (:upload_id, :start, :size, :key)
USING TIMESTAMP :stamp
"""
PUT_OWNED = """
INSERT INTO uploads_by_owner (owner_id, id, bytes, pieces, waiting)
VALUES (:owner_id, :id, :bytes, :pieces, :waiting) USING TIMESTAMP :stamp
"""
PUT_WAITING = "INSERT INTO uploads_waiting (lane, at, id) VALUES (:lane, :at, :id) USING TIMESTAMP :stamp"
DROP_WAITING = """
DELETE FROM uploads_waiting USING TIMESTAMP :stamp WHERE lane = :lane AND at = :at AND id = :id
"""
DROP = "DELETE FROM uploads USING TIMESTAMP :stamp WHERE id = :id"
DROP_PARTS = "DELETE FROM upload_parts USING TIMESTAMP :stamp WHERE upload_id = :id"
DROP_OWNED = "DELETE FROM uploads_by_owner USING TIMESTAMP :stamp WHERE owner_id = :owner_id AND id = :id"


class CassandraUploadStore:
    def __init__(self, on: Foundation) -> None:
        self._session = on.session

    async def get(self, upload_id: UploadId) -> Upload | None:
        row = await self._session.row(GET, {"id": upload_id})
        return None if row is None else upload_of(row)

    async def parts(self, upload_id: UploadId) -> Sequence[Part]:
        """One round trip; two and one for each upload that a final one was joined of."""
        found = await self.own_parts(upload_id)
        if not found and (upload := await self.get(upload_id)) is not None:
            return in_a_row([await self.own_parts(one) for one in upload.joined])
        return found

    async def own_parts(self, upload_id: UploadId) -> Sequence[Part]:
        rows = await self._session.all_rows(PARTS, {"upload_id": upload_id})
        return [Part(row["start"], row["size"], row["key"]) for row in rows]

    async def of_owner(self, owner_id: AccountId) -> Sequence[Upload]:
        """Two round trips."""
        rows = await self._session.all_rows(OF_OWNER, {"owner_id": owner_id})
        found = await in_turns([UploadId(row["id"]) for row in rows], self.get)
        return [upload for upload in found if upload is not None]

    async def usage(self, owner_id: AccountId) -> Usage:
        """One round trip, unless uploads are left from before there were sums."""
        row = await self._session.row(USAGE, {"owner_id": owner_id})
        if row is None or row["summed"] < row["uploads"]:
            return sum((upload.usage for upload in await self.of_owner(owner_id)), Usage())
        sums = {name: row[name] for name in ("uploads", "pieces", "bytes", "waiting")}
        return Usage(**sums)

    async def expired(self, before: datetime, limit: int) -> Sequence[Upload]:
        async def is_over(row: Row) -> bool:
            upload = await self.get(UploadId(row["id"]))
            return upload is not None and upload.expires_at < before

        rows = await oldest(self._session, WAITING, before, limit, is_over)
        found = await in_turns([UploadId(row["id"]) for row in rows], self.get)
        return sorted((one for one in found if one is not None), key=lambda one: one.expires_at)

    def add(self, work: UnitOfWork, upload: Upload) -> None:
        async def plan_it(plan: Plan) -> None:
            plan.advance(_guard(upload), 0, StaleVersion, following=upload.version)
            plan.conclude(PUT, _row(upload))
            plan.write(PUT_OWNED, _owned(upload))
            if upload.waits:
                plan.write(PUT_WAITING, _place(upload))

        planned(work).plan(plan_it)

    def replace(self, work: UnitOfWork, upload: Upload, part: Part | None = None) -> None:
        async def plan_it(plan: Plan) -> None:
            plan.advance(_guard(upload), upload.version - 1, StaleVersion)
            plan.conclude(PUT, _row(upload))
            plan.write(PUT_OWNED, _owned(upload))
            if part is not None:
                plan.write(PUT_PART, _part_row(upload.id, part))
            if not upload.waits:
                plan.write(DROP_WAITING, _place(upload))

        planned(work).plan(plan_it)

    def put_back(self, work: UnitOfWork, upload_id: UploadId, part: Part) -> None:
        async def plan_it(plan: Plan) -> None:
            plan.write(PUT_PART, _part_row(upload_id, part))

        planned(work).plan(plan_it)

    def remove(self, work: UnitOfWork, upload: Upload) -> None:
        async def plan_it(plan: Plan) -> None:
            plan.advance(_guard(upload), upload.version, StaleVersion)
            plan.write(DROP_PARTS, {"id": upload.id})
            plan.write(DROP_OWNED, {"owner_id": upload.owner_id, "id": upload.id})
            plan.write(DROP_WAITING, _place(upload))
            plan.conclude(DROP, {"id": upload.id})

        planned(work).plan(plan_it)


def _guard(upload: Upload) -> str:
    return f"upload:{upload.id.hex}"


def _place(upload: Upload) -> dict[str, Value]:
    return {"lane": upload.id.int % LANES, "at": upload.created_at, "id": upload.id}


def _owned(upload: Upload) -> dict[str, Value]:
    took = upload.usage
    sums: dict[str, Value] = {"bytes": took.bytes, "pieces": took.pieces, "waiting": took.waiting}
    return {"owner_id": upload.owner_id, "id": upload.id, **sums}


def _part_row(upload_id: UploadId, part: Part) -> dict[str, Value]:
    return {"upload_id": upload_id, "start": part.start, "size": part.size, "key": part.key}


def _row(upload: Upload) -> dict[str, Value]:
    return {
        "id": upload.id,
        "owner_id": upload.owner_id,
        "kind": upload.kind.value,
        "length": upload.length,
        "offset": upload.offset,
        "parts": upload.parts,
        "metadata": dict(upload.metadata),
        "joined": list(upload.joined),
        "created_at": upload.created_at,
        "expires_at": upload.expires_at,
        "version": upload.version,
    }


def upload_of(row: Row) -> Upload | None:
    """None for what is left of one that was removed."""
    if row["version"] is None:
        return None
    return Upload(
        id=UploadId(row["id"]),
        owner_id=AccountId(row["owner_id"]),
        kind=UploadKind(row["kind"]),
        length=row["length"],
        offset=row["offset"],
        parts=row["parts"],
        metadata=dict(row["metadata"] or {}),
        joined=tuple(UploadId(one) for one in row["joined"] or ()),
        created_at=aware(row["created_at"]),
        expires_at=aware(row["expires_at"]),
        version=row["version"],
    )
