"""Writing the layout of the public data set, with the columns more that loading it again needs."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from killrvideo.domain.accounts import Account, AccountStatus
from killrvideo.domain.captions import Captions
from killrvideo.domain.comments import Comment
from killrvideo.domain.media import thumbnail_elsewhere
from killrvideo.domain.ratings import Rating
from killrvideo.domain.videos import Video

T = TypeVar("T")

Cell = object
"""Written as its text; None as an empty cell."""
Columns = Mapping[str, Callable[[T], Cell]]


def _instant(instant: datetime | None) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z") if instant else ""


def _words(words: Iterable[str]) -> str:
    return json.dumps(list(words), ensure_ascii=False)


def _file_of(captions: Captions) -> str:
    return f"captions-{captions.track.video_id}.{captions.track.language}.vtt"


USERS: Columns[Account] = {
    "userid": lambda account: account.id,
    "created_date": lambda account: _instant(account.created_at),
    "email": lambda account: account.email,
    "firstname": lambda account: account.first_name,
    "lastname": lambda account: account.last_name,
    "account_status": lambda account: account.status,
    "last_login_date": lambda account: _instant(account.last_login_at),
    "roles": lambda account: _words(sorted(account.roles)),
    "scopes": lambda account: _words(sorted(account.scopes)),
}
CREDENTIALS: Columns[Account] = {
    "email": lambda account: account.email,
    "password": lambda _: None,
    "userid": lambda account: account.id,
    "account_locked": lambda account: str(account.status is AccountStatus.SUSPENDED).lower(),
}
VIDEOS: Columns[Video] = {
    "videoid": lambda video: video.id,
    "added_date": lambda video: _instant(video.submitted_at),
    "description": lambda video: video.description,
    "location": lambda video: video.location,
    "location_type": lambda video: video.location_type.value,
    "name": lambda video: video.title,
    "preview_image_location": thumbnail_elsewhere,
    "tags": lambda video: _words(video.tags),
    "userid": lambda video: video.uploader_id,
    "content_rating": lambda video: video.content_rating,
    "category": lambda video: video.category,
    "language": lambda video: video.language,
    "views": lambda video: video.totals.views,
    "youtube_id": lambda video: video.youtube_id,
    "duration_seconds": lambda video: video.duration_seconds,
    "updated_date": lambda video: _instant(video.updated_at),
}
COMMENTS: Columns[Comment] = {
    "videoid": lambda comment: comment.video_id,
    "commentid": lambda comment: comment.id,
    "comment": lambda comment: comment.text,
    "userid": lambda comment: comment.author_id,
    "sentiment_score": lambda comment: comment.sentiment,
    "created_date": lambda comment: _instant(comment.created_at),
    "edited_date": lambda comment: _instant(comment.edited_at),
}
RATINGS: Columns[Rating] = {
    "videoid": lambda rating: rating.video_id,
    "userid": lambda rating: rating.account_id,
    "rating": lambda rating: rating.stars,
    "rating_date": lambda rating: _instant(rating.created_at),
    "updated_date": lambda rating: _instant(rating.updated_at),
}
CAPTIONS: Columns[Captions] = {
    "videoid": lambda captions: captions.track.video_id,
    "language": lambda captions: captions.track.language,
    "label": lambda captions: captions.track.label,
    "created_date": lambda captions: _instant(captions.track.created_at),
    "updated_date": lambda captions: _instant(captions.track.updated_at),
    "automatic": lambda captions: "true" if captions.track.automatic else None,
    "file": _file_of,
}


class CsvSink:
    """Keeps CatalogueSink. Passwords are never written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def accounts(self, accounts: Iterable[Account]) -> None:
        listed = list(accounts)
        self._write("users.csv", USERS, listed)
        self._write("user_credentials.csv", CREDENTIALS, listed)

    def videos(self, videos: Iterable[Video]) -> None:
        self._write("videos.csv", VIDEOS, videos)

    def comments(self, comments: Iterable[Comment]) -> None:
        self._write("comments.csv", COMMENTS, comments)

    def ratings(self, ratings: Iterable[Rating]) -> None:
        self._write("video_ratings_by_user.csv", RATINGS, ratings)

    def captions(self, captions: Iterable[Captions]) -> None:
        """A table of them, and a WebVTT file for each."""
        self._write("captions.csv", CAPTIONS, (self._with_file(one) for one in captions))

    def _with_file(self, captions: Captions) -> Captions:
        self._folder.joinpath(_file_of(captions)).write_text(captions.text, encoding="utf-8")
        return captions

    def _write(self, name: str, columns: Columns[T], entries: Iterable[T]) -> None:
        with self._folder.joinpath(name).open("w", encoding="utf-8", newline="") as file:
            # Every cell is quoted: a carriage return alone would not be, and would end the row.
            table = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
            table.writerow(columns)
            table.writerows([cell(entry) for cell in columns.values()] for entry in entries)
