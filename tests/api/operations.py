"""Every operation of the API: where it is asked for, and what a request in order carries."""

from collections.abc import Callable
from functools import cache
from typing import Any

from killrvideo.api.app import operations_alone
from tests.api.targets import PASSWORD, Target

ALIAS = "_alias"


@cache
def spellings() -> dict[str, list[tuple[str, str]]]:
    """Method and path of every operation, its alias included."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path, methods in operations_alone().openapi()["paths"].items():
        for method, operation in methods.items():
            name = operation["operationId"].removesuffix(ALIAS)
            found.setdefault(name, []).append((method.upper(), path))
    return found


TUS = {"Tus-Resumable": "1.0.0"}

Sent = Callable[[Target], dict[str, Any]]

SENT: dict[str, Sent] = {
    "users_register": lambda target: {
        "json": {
            "firstName": "Ann",
            "lastName": "Lee",
            "email": f"{target.fresh}@example.com",
            "password": PASSWORD,
        }
    },
    "users_login": lambda target: {"json": {"email": target.email, "password": PASSWORD}},
    "users_token": lambda target: {
        "data": {"grant_type": "password", "username": target.email, "password": PASSWORD}
    },
    "users_update_me": lambda _: {"json": {"firstName": "Grace"}},
    "users_change_password": lambda _: {
        "json": {"currentPassword": PASSWORD, "newPassword": "horse correct"}
    },
    "videos_submit": lambda _: {"json": {"youtubeUrl": "https://youtu.be/abcdefghijk"}},
    "videos_preview": lambda _: {"json": {"youtubeUrl": "https://youtu.be/abcdefghijk"}},
    "videos_update": lambda _: {"json": {"title": "Another title"}},
    "videos_watch_time": lambda _: {"json": {"watch_duration_seconds": 60}},
    "captions_put": lambda _: {
        "content": b"WEBVTT\n\n00:01.000 --> 00:02.000\nIt rains.\n",
        "headers": {"Content-Type": "text/vtt"},
    },
    "comments_create": lambda _: {"json": {"text": "Well explained"}},
    "comments_update": lambda _: {"json": {"text": "Badly explained"}},
    "ratings_put": lambda _: {"json": {"rating": 4}},
    "rating_put": lambda _: {"json": {"rating": 4}},
    "vectors_ingest": lambda target: {"json": {"videoId": target.content_id, "vector": [0.5] * 384}},
    "search_videos": lambda _: {"params": {"query": "rain"}},
    "search_passages": lambda _: {"params": {"query": "rain"}},
    "search_answers": lambda _: {"params": {"question": "What is rain?"}},
    "tags_suggest": lambda _: {"params": {"query": "ra"}},
    "flags_create": lambda target: {
        "json": {
            "contentType": target.content_type,
            "contentId": target.content_id,
            "reasonCode": "spam",
        }
    },
    "flags_create_on_video": lambda _: {"json": {"reasonCode": "spam"}},
    "flags_act": lambda _: {"json": {"status": "rejected"}},
    "flags_update": lambda _: {"json": {"status": "rejected"}},
    "uploads_create": lambda _: {"headers": {**TUS, "Upload-Length": "11"}},
    "uploads_offset": lambda _: {"headers": TUS},
    "uploads_append": lambda _: {
        "content": b"hello",
        "headers": {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
    },
    "uploads_terminate": lambda _: {"headers": TUS},
    "experiments_create": lambda target: {
        "json": {"key": f"e{target.fresh}", "arms": [{"name": "old"}, {"name": "new"}]}
    },
    "experiments_update": lambda _: {"json": {"sharePercent": 10}},
    "moderation_suspend": lambda _: {"json": {"reason": "Spam"}},
}
"""What a request of the operation carries beside its path, when it is in order."""
