"""Which videos lack something that a model makes of their present text.

All videos are gone through, but only once: when nothing is left, it is remembered after which change that
was, and the next time only what has changed since is looked at.
"""

from collections.abc import Sequence
from uuid import UUID

from killrvideo.adapters.sqlite.database import Database, Row
from killrvideo.domain.ids import VideoId
from killrvideo.domain.vectors import Outdated

LAST_CHANGE = "SELECT max(change) FROM video_changes"


class OutdatedVideos:
    def __init__(self, database: Database, lacks: str) -> None:
        """``lacks`` is a condition on the row v of videos; ?1 is the model."""
        self._database = database
        # The conditions are constants of the code.
        self._among_all = f"""
        SELECT v.seq, v.id FROM videos AS v WHERE v.seq > ?2 AND {lacks} ORDER BY v.seq LIMIT ?3
        """  # noqa: S608
        self._among_changed = f"""
        SELECT v.seq, v.id FROM video_changes AS changed CROSS JOIN videos AS v ON v.seq = changed.video
        WHERE changed.change > ?4 AND v.seq > ?2 AND {lacks} ORDER BY v.seq LIMIT ?3
        """  # noqa: S608
        self._complete: dict[str | None, int] = {}
        """The last change after which a model lacked nothing."""

    async def of(self, model: str | None, limit: int, after: str | None) -> Outdated:
        last = self._last_change()
        known = self._complete.get(model)
        if known == last:
            return Outdated((), None)
        rows = await self._rows(model, limit, int(after or 0), known)
        if not rows and after is None:
            self._complete[model] = last
        videos = tuple(VideoId(UUID(bytes=row[1])) for row in rows)
        return Outdated(videos, str(rows[-1][0]) if len(rows) == limit else None)

    async def _rows(self, model: str | None, limit: int, after: int, known: int | None) -> Sequence[Row]:
        if known is None:
            return await self._database.scan(self._among_all, (model, after, limit))
        return await self._database.scan(self._among_changed, (model, after, limit, known))

    def _last_change(self) -> int:
        row = self._database.row(LAST_CHANGE)
        return (row and row[0]) or 0
