"""What the front end reads of an answer: each member must be there, with the JSON type that it needs."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

Fields = dict[str, Any]
Check = Callable[[Any], bool]
Shape = Mapping[str, Check]


def text(value: Any) -> bool:
    return isinstance(value, str)


def number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def stars(value: Any) -> bool:
    return number(value) and 1 <= value <= 5


def mood(value: Any) -> bool:
    """``toFixed(2)`` of it is what a badge says."""
    return number(value) and -1 <= value <= 1


def identity(value: Any) -> bool:
    return text(value) and str(UUID(value)) == value


def instant(value: Any) -> bool:
    """``new Date(value)`` takes one without a zone for local time."""
    return text(value) and value.endswith("Z") and datetime.fromisoformat(value).tzinfo is not None


def distinct_texts(value: Any) -> bool:
    """Tags are React keys."""
    return isinstance(value, list) and all(map(text, value)) and len(set(value)) == len(value)


def maybe(check: Check) -> Check:
    return lambda value: value is None or check(value)


def read(shape: Shape, item: Any) -> Fields:
    assert isinstance(item, dict), item
    for member, is_right in shape.items():
        assert member in item, f"{member} is not there: {item}"
        assert is_right(item[member]), f"{member} cannot be {item[member]!r}"
    return item


def read_all(shape: Shape, items: Any) -> list[Fields]:
    """A bare array, which the front end maps over."""
    assert isinstance(items, list), items
    return [read(shape, item) for item in items]


PAGINATION = {"totalPages": number, "totalItems": number}
USER = {
    "userId": identity,
    "firstName": text,
    "lastName": text,
    "email": text,
    "roles": distinct_texts,
    "createdDate": instant,
    "accountStatus": text,
}
NAME = {"firstName": text, "lastName": text}
CARD = {
    "videoId": identity,
    "key": identity,
    "title": text,
    "thumbnailUrl": maybe(text),
    "userId": identity,
    "submittedAt": instant,
    "views": number,
    "averageRating": maybe(stars),
}
STUDIO_ROW = {
    "videoId": identity,
    "title": text,
    "description": maybe(text),
    "tags": distinct_texts,
    "viewCount": number,
    "averageRating": maybe(stars),
    "submittedAt": instant,
    "status": text,
}
DETAILS = {
    "videoId": identity,
    "title": text,
    "userId": identity,
    "submittedAt": instant,
    "youtubeVideoId": text,
    "tags": distinct_texts,
    "description": maybe(text),
    "views": number,
    "averageRating": maybe(stars),
}
RELATED = {
    "videoId": identity,
    "title": text,
    "thumbnailUrl": text,
    "views": number,
    "averageRating": maybe(stars),
    "uploadDate": instant,
}
COMMENT = {
    "commentid": identity,
    "videoid": identity,
    "userid": identity,
    "comment": text,
    "sentiment_score": maybe(mood),
    "firstName": text,
    "lastName": text,
}
RATINGS = {"averageRating": maybe(stars), "totalRatingsCount": number, "currentUserRating": maybe(stars)}
ACTIVITY = {
    "activity_id": identity,
    "activity_type": text,
    "videoid": identity,
    "activity_timestamp": instant,
}
FLAG = {
    "flagId": identity,
    "status": text,
    "contentType": text,
    "contentId": identity,
    "reasonCode": text,
    "reasonText": maybe(text),
    "createdAt": instant,
    "moderatorNotes": maybe(text),
    "moderatorId": maybe(identity),
}
