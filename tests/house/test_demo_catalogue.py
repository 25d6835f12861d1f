"""The demo catalogue is data written by hand: these checks keep it loadable.

They read the file directly, so that a slip in it is named here and not half-way through `make demo`.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest

T = TypeVar("T")

CATALOGUE = Path(__file__).resolve().parents[2] / "src" / "killrvideo" / "demo" / "catalogue.toml"
LAST_MOMENT = datetime(2026, 11, 1, tzinfo=UTC)
ROLES = {"viewer", "creator", "moderator", "admin"}
ACCOUNT_KEYS = {"id", "email", "first_name", "last_name", "roles", "created"}
VIDEO_KEYS = {
    "id",
    "youtube_id",
    "title",
    "submitted",
    "uploader",
    "description",
    "tags",
    "category",
    "language",
    "views",
}


Entry = dict[str, Any]
Catalogue = dict[str, list[Entry]]
ById = dict[str, Entry]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def accounts(catalogue: Catalogue) -> ById:
    return {account["email"]: account for account in catalogue["accounts"]}


@pytest.fixture(scope="module")
def videos(catalogue: Catalogue) -> ById:
    return {video["id"]: video for video in catalogue["videos"]}


def moment(text: str) -> datetime:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text), text
    return datetime.fromisoformat(text)


def repeated(values: Iterable[T]) -> list[T]:
    return [value for value, count in Counter(values).items() if count > 1]


def test_it_has_the_promised_size(catalogue: Catalogue) -> None:
    assert set(catalogue) == {"accounts", "videos", "comments", "ratings"}
    assert len(catalogue["accounts"]) >= 12
    assert len(catalogue["videos"]) >= 40
    assert len(catalogue["comments"]) >= 140
    assert len(catalogue["ratings"]) >= 220


def test_every_entry_has_its_keys_and_no_others(catalogue: Catalogue) -> None:
    for account in catalogue["accounts"]:
        assert set(account) - {"password"} == ACCOUNT_KEYS, account["email"]
    for video in catalogue["videos"]:
        assert set(video) - {"duration_seconds"} == VIDEO_KEYS, video["title"]
    for comment in catalogue["comments"]:
        assert set(comment) == {"id", "video", "author", "text", "created"}, comment["id"]
    for rating in catalogue["ratings"]:
        assert set(rating) == {"video", "author", "stars", "created"}, rating


def test_ids_are_random_uuids_and_unique(catalogue: Catalogue) -> None:
    ids = [entry["id"] for kind in ("accounts", "videos", "comments") for entry in catalogue[kind]]
    assert repeated(ids) == []
    for text in ids:
        assert UUID(text).version == 4, text
        assert str(UUID(text)) == text


def test_emails_youtube_ids_titles_and_texts_are_unique(catalogue: Catalogue) -> None:
    assert repeated(account["email"] for account in catalogue["accounts"]) == []
    for key in ("youtube_id", "title", "description"):
        assert repeated(video[key] for video in catalogue["videos"]) == [], key
    assert repeated(comment["text"] for comment in catalogue["comments"]) == []


@pytest.mark.parametrize(
    ("name", "password", "role"),
    [
        ("viewer", "viewer-demo", "viewer"),
        ("creator", "creator-demo", "creator"),
        ("moderator", "moderator-demo", "moderator"),
        ("admin", "admin-demo-pass", "admin"),
    ],
)
def test_the_four_demo_accounts(accounts: ById, name: Any, password: Any, role: Any) -> None:
    account = accounts[f"{name}@killrvideo.example"]
    assert account["password"] == password
    assert role in account["roles"]
    lower_only = {"viewer": {"viewer"}, "creator": {"viewer", "creator"}}
    assert set(account["roles"]) <= lower_only.get(name, ROLES)


def test_the_moderator_is_no_admin_and_nobody_else_can_log_in_or_rule(accounts: ById) -> None:
    assert "admin" not in accounts["moderator@killrvideo.example"]["roles"]
    named = {f"{name}@killrvideo.example" for name in ROLES}
    assert {email for email, account in accounts.items() if "password" in account} == named
    for email in accounts.keys() - named:
        assert set(accounts[email]["roles"]) <= {"viewer", "creator"}, email


def test_accounts_are_well_formed(accounts: ById) -> None:
    for email, account in accounts.items():
        assert re.fullmatch(r"[a-z.]+@killrvideo\.example", email)
        assert account["first_name"].strip()
        assert account["last_name"].strip()
        assert account["roles"]
        assert set(account["roles"]) <= ROLES
        assert repeated(account["roles"]) == []
        assert moment(account["created"]).year == 2025


def test_videos_are_within_the_limits(videos: ById, accounts: ById) -> None:
    for video in videos.values():
        title = video["title"]
        assert 3 <= len(title) <= 150, title
        assert title == title.strip()
        assert re.fullmatch(r"[A-Za-z0-9_-]{11}", video["youtube_id"]), title
        assert 200 <= len(video["description"]) <= 5000, title
        assert not re.search(r"\s\s|\n", video["description"]), title
        assert 3 <= len(video["tags"]) <= 30, title
        assert repeated(video["tags"]) == [], title
        for tag in video["tags"]:
            assert 1 <= len(tag) <= 50, title
            assert tag == tag.strip().lower(), title
        assert video["category"], title
        assert video["language"] == "en", title
        assert type(video["views"]) is int, title
        assert 20 <= video["views"] <= 5000, title
        if "duration_seconds" in video:
            assert type(video["duration_seconds"]) is int, title
            assert video["duration_seconds"] > 0, title
        assert "creator" in accounts[video["uploader"]]["roles"], title
        assert moment(video["submitted"]) < LAST_MOMENT, title


def test_tags_overlap(videos: ById) -> None:
    uses = Counter(tag for video in videos.values() for tag in video["tags"])
    assert len(uses) <= 40
    assert sum(count > 1 for count in uses.values()) >= 25


def test_comments_refer_to_known_things_and_come_after_them(
    catalogue: Catalogue, accounts: ById, videos: ById
) -> None:
    for comment in catalogue["comments"]:
        assert comment["video"] in videos, comment["id"]
        assert comment["author"] in accounts, comment["id"]
        assert 1 <= len(comment["text"]) <= 1000, comment["id"]
        assert comment["text"] == comment["text"].strip(), comment["id"]
        created = moment(comment["created"])
        assert created > moment(videos[comment["video"]]["submitted"]), comment["id"]
        assert created > moment(accounts[comment["author"]]["created"]), comment["id"]
        assert created < LAST_MOMENT, comment["id"]


def test_some_videos_are_quiet_and_some_are_talked_about(catalogue: Catalogue, videos: ById) -> None:
    counts = Counter(comment["video"] for comment in catalogue["comments"])
    assert any(video not in counts for video in videos)
    assert max(counts.values()) >= 8


def test_ratings_refer_to_known_things_and_come_after_them(
    catalogue: Catalogue, accounts: ById, videos: ById
) -> None:
    for rating in catalogue["ratings"]:
        assert rating["video"] in videos, rating
        assert rating["author"] in accounts, rating
        assert type(rating["stars"]) is int, rating
        assert 1 <= rating["stars"] <= 5, rating
        created = moment(rating["created"])
        assert created > moment(videos[rating["video"]]["submitted"]), rating
        assert created > moment(accounts[rating["author"]]["created"]), rating
        assert created < LAST_MOMENT, rating


def test_nobody_rates_a_video_twice_or_their_own(catalogue: Catalogue, videos: ById) -> None:
    assert repeated((rating["video"], rating["author"]) for rating in catalogue["ratings"]) == []
    for rating in catalogue["ratings"]:
        assert rating["author"] != videos[rating["video"]]["uploader"], rating


def test_all_five_star_counts_are_used(catalogue: Catalogue) -> None:
    assert {rating["stars"] for rating in catalogue["ratings"]} == {1, 2, 3, 4, 5}
