"""The whole table of who may do what to whose thing, asked in both spellings of every path."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from killrvideo.api.app import operations_alone
from killrvideo.domain.access import Role
from tests.api.authorisation_table import TABLE
from tests.api.targets import PASSWORD, Target, make
from tests.api.town import NOBODY, Person, Town

ALIAS = "_alias"
CANNOT_BE = "-"
"""In the table: there is no such case, as anonymous readers own nothing."""

Row = tuple[str, str, list[str]]
"""Operation, what it is asked for, and a status for each of `WHO`."""

WHO: tuple[Role | None, ...] = (None, *Role)


def rows() -> list[Row]:
    """The table, read: the operation is its line's first word, the statuses are its last five."""
    cells = [line.split() for line in TABLE.strip().splitlines()[1:] if line]
    return [(words[0], " ".join(words[1:-5]), words[-5:]) for words in cells]


OPERATIONS = list(dict.fromkeys(operation for operation, _, _ in rows()))

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
    "comments_create": lambda _: {"json": {"text": "Well explained"}},
    "comments_update": lambda _: {"json": {"text": "Badly explained"}},
    "ratings_put": lambda _: {"json": {"rating": 4}},
    "rating_put": lambda _: {"json": {"rating": 4}},
    "vectors_ingest": lambda target: {"json": {"videoId": target.content_id, "vector": [0.5] * 384}},
    "search_videos": lambda _: {"params": {"query": "rain"}},
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
    "moderation_suspend": lambda _: {"json": {"reason": "Spam"}},
}
"""What a request of the operation carries beside its path, when it is in order."""


@cache
def spellings() -> dict[str, list[tuple[str, str]]]:
    """Method and path of every operation, its alias included."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path, methods in operations_alone().openapi()["paths"].items():
        for method, operation in methods.items():
            name = operation["operationId"].removesuffix(ALIAS)
            found.setdefault(name, []).append((method.upper(), path))
    return found


def test_the_table_names_every_operation_and_no_other() -> None:
    assert sorted(OPERATIONS) == sorted(spellings())


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_everybody_is_answered_as_the_table_says(town: Town, operation: str) -> None:
    admin = await town.person(Role.ADMIN)
    wrong = []
    for _, phrase, statuses in [row for row in rows() if row[0] == operation]:
        for role, expected in zip(WHO, statuses, strict=True):
            if expected == CANNOT_BE:
                continue
            answered = await _statuses(town, operation, phrase, role, admin)
            if answered != expected:
                wrong.append(f"{operation}, {phrase}, {role or 'anonymous'}: {answered}, not {expected}")
    assert not wrong, "\n".join(wrong)


async def _statuses(town: Town, operation: str, phrase: str, role: Role | None, admin: Person) -> str:
    """One status if all spellings agree. Asker and target are new for each, since requests change them."""
    answered = []
    for method, path in spellings()[operation]:
        asker = NOBODY if role is None else await town.person(role)
        target = await make(town, phrase, asker, admin)
        sent = SENT.get(operation, lambda _: {})(target)
        there = path.format(**target.ids, tag="rain")
        answer = await town.client.request(method, there, headers=asker.headers, **sent)
        answered.append(str(answer.status_code))
    return "/".join(dict.fromkeys(answered))
