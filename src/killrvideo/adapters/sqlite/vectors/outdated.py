"""Which videos lack a vector of their present text.

All videos are gone through, but only once: when nothing is left, it is remembered after which change that
was, and the next time only what has changed since is looked at.
"""

from collections.abc import Sequence
from uuid import UUID

from killrvideo.adapters.sqlite.database import Database, Row
from killrvideo.domain.ids import VideoId
from killrvideo.domain.vectors import Outdated

LAST_CHANGE = "SELECT max(change) FROM video_changes"
LACKS = """
v.public AND NOT EXISTS (
  SELECT 1 FROM vectors AS e INDEXED BY vectors_signs
  WHERE e.model = ?1 AND e.video_id = v.id AND e.text_digest = v.text_digest)
"""
AMONG_ALL = f"""
SELECT v.seq, v.id FROM videos AS v WHERE v.seq > ?2 AND {LACKS} ORDER BY v.seq LIMIT ?3
"""  # noqa: S608 - constants
AMONG_CHANGED = f"""
SELECT v.seq, v.id FROM video_changes AS c CROSS JOIN videos AS v ON v.seq = c.video
WHERE c.change > ?4 AND v.seq > ?2 AND {LACKS} ORDER BY v.seq LIMIT ?3
"""  # noqa: S608 - constants


class OutdatedVectors:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._complete: dict[str, int] = {}
        """The last change after which a model's vectors were complete."""

    async def of(self, model: str, limit: int, after: str | None) -> Outdated:
        last = self._last_change()
        known = self._complete.get(model)
        if known == last:
            return Outdated((), None)
        rows = await self._rows(model, limit, int(after or 0), known)
        if not rows and after is None:
            self._complete[model] = last
        videos = tuple(VideoId(UUID(bytes=row[1])) for row in rows)
        return Outdated(videos, str(rows[-1][0]) if len(rows) == limit else None)

    async def _rows(self, model: str, limit: int, after: int, known: int | None) -> Sequence[Row]:
        if known is None:
            return await self._database.scan(AMONG_ALL, (model, after, limit))
        return await self._database.scan(AMONG_CHANGED, (model, after, limit, known))

    def _last_change(self) -> int:
        row = self._database.row(LAST_CHANGE)
        return (row and row[0]) or 0
