"""Files of the public CSV layout, with one good row but for the cells that a test changes."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from killrvideo.adapters.killrvideo_csv import CsvSource
from killrvideo.domain.access import Role
from killrvideo.service_interfaces.catalogue import BadRow, Row

T = TypeVar("T")

ADA = "7777b733-a6b8-47e7-83ad-bc2739ae9954"
RAIN = "79577345-9470-41e2-93d1-311b10a1f8ae"
TIME_UUID = "090f6644-b9cd-11f0-9a37-62bc60f3bc08"

COMMENTS = "videoid,commentid,comment,userid,sentiment_score\n"
RATINGS = "videoid,userid,rating,rating_date\n"

Write = Callable[..., CsvSource]


def writer(folder: Path) -> Write:
    """Writes files, named without their ending, and opens the folder."""

    def written(**files: str | bytes) -> CsvSource:
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            folder.joinpath(f"{name}.csv").write_bytes(data)
        return CsvSource(folder, {Role.CREATOR})

    return written


def entries(rows: Iterable[Row[T] | BadRow]) -> list[T]:
    """What was read from rows that must all be good."""
    listed = list(rows)
    assert faults(listed) == []
    return [row.entry for row in listed if isinstance(row, Row)]


def faults(rows: Iterable[object]) -> list[str]:
    return [str(row) for row in rows if isinstance(row, BadRow)]


def a_user_row(**cells: str | None) -> str:
    """users.csv with one good row, but for the cells that are given; None leaves the column out."""
    return _table(
        {
            "userid": ADA,
            "created_date": "2025-04-29T03:55:08.964Z",
            "email": "ada@example.org",
            "firstname": "Ada",
            "lastname": "Lovelace",
            "account_status": "active",
            "last_login_date": "2025-10-21T23:04:18.055Z",
            **cells,
        }
    )


def a_video_row(**cells: str | None) -> str:
    """videos.csv with one good row, but for the cells that are given; None leaves the column out."""
    return _table(
        {
            "videoid": RAIN,
            "added_date": "2025-08-28T05:04:35.000Z",
            "description": "Drops on a roof.",
            "location": "https://www.youtube.com/embed/L7V_woT8mbQ",
            "location_type": "1",
            "name": "An hour of rain",
            "preview_image_location": "https://i.ytimg.com/vi/L7V_woT8mbQ/maxresdefault.jpg",
            "tags": '"[""rain"", ""sleep""]"',
            "userid": ADA,
            "content_rating": "G",
            "category": "Education",
            "language": "en",
            "views": "238",
            "youtube_id": "L7V_woT8mbQ",
            **cells,
        }
    )


def _table(cells: dict[str, str | None]) -> str:
    present = {column: cell for column, cell in cells.items() if cell is not None}
    return ",".join(present) + "\n" + ",".join(present.values()) + "\n"
