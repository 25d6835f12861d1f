"""The API's description is true, complete, and fit to generate clients from."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from killrvideo.api.app import PREFIX, description

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docs" / "killrvideo_openapi.yaml"
DOCUMENT: dict[str, Any] = yaml.safe_load(description())
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
ALIAS = "_alias"
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

NAMES = """
    captions_delete captions_get captions_list captions_put
    comments_create comments_delete comments_list comments_update
    experiments_create experiments_get experiments_list experiments_report experiments_update
    flags_act flags_create flags_create_on_video flags_get flags_list flags_on_video flags_read_reason
    flags_update
    health_live health_ready home
    moderation_assign_moderator moderation_audit moderation_reinstate moderation_removed
    moderation_restore_comment moderation_restore_video moderation_revoke_moderator moderation_suspend
    moderation_users
    pictures_get
    rating_get rating_put ratings_get ratings_put ratings_withdraw
    recommendations_for_you
    search_answers search_passages search_videos
    streams_file streams_master streams_storyboard streams_subtitle_playlist streams_subtitles
    tags_suggest
    translations_get
    uploads_abilities uploads_append uploads_create uploads_offset uploads_terminate
    users_activity users_change_password users_comments users_erase_me users_export_me users_get users_login
    users_logout users_me users_register users_token users_update_me users_videos
    vectors_ingest
    videos_by_tag videos_delete videos_get videos_latest videos_preview videos_related videos_restore
    videos_retry videos_status videos_submit videos_trending videos_update videos_view videos_watch_time
"""
"""Methods of generated clients bear these names: adding one is fine, changing one breaks every client."""

ALIASES = {
    ("GET", "/videos/{videoId}"): "/videos/id/{videoId}",
    ("PUT", "/videos/{videoId}"): "/videos/id/{videoId}",
    ("DELETE", "/videos/{videoId}"): "/videos/id/{videoId}",
    ("GET", "/videos/{videoId}/status"): "/videos/id/{videoId}/status",
    ("POST", "/videos/{videoId}/view"): "/videos/id/{videoId}/view",
    ("POST", "/videos/{videoId}/watch-time"): "/videos/id/{videoId}/watch-time",
    ("GET", "/videos/{videoId}/related"): "/videos/id/{videoId}/related",
    ("GET", "/videos/{videoId}/rating"): "/videos/id/{videoId}/rating",
    ("POST", "/videos/{videoId}/rating"): "/videos/id/{videoId}/rating",
    ("GET", "/users/{userId}/videos"): "/videos/by-uploader/{userId}",
    ("GET", "/tags/suggest"): "/search/tags/suggest",
}
"""What deployed clients ask for, beside the canonical path."""

ANYBODY = """
    captions_get captions_list comments_list health_live health_ready home rating_get ratings_get
    search_answers search_passages search_videos
    pictures_get
    streams_file streams_master streams_storyboard streams_subtitle_playlist streams_subtitles
    tags_suggest translations_get uploads_abilities
    users_comments users_get users_login users_register users_token users_videos
    videos_by_tag videos_get
    videos_latest videos_preview videos_related videos_trending videos_view
"""
"""What can be asked without signing in."""

TOLD_BY_HEADERS = "uploads_create uploads_offset"
"""What answers without a body though not with 204, as the protocol of uploads has it."""


FILES = {"text/vtt", "application/vnd.apple.mpegurl", "audio/mp4", "image/jpeg", "video/mp4"}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path.removeprefix(PREFIX), operation


BY_NAME = {operation["operationId"]: operation for _, _, operation in operations()}
EVERY_OPERATION = pytest.mark.parametrize("operation", BY_NAME.values(), ids=BY_NAME)


def answers_of(operation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By status; what is only referred to is looked up."""
    shared = DOCUMENT["components"]["responses"]
    return {
        status: shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
        for status, answer in operation["responses"].items()
    }


def test_the_file_is_what_the_application_says_of_itself() -> None:
    assert FILE.read_text("utf-8") == description(), "Run: make openapi"


def test_operation_ids_are_unique_and_stay_as_they_are() -> None:
    every = [operation["operationId"] for _, _, operation in operations()]

    assert len(every) == len(set(every))
    assert sorted(name for name in every if not name.endswith(ALIAS)) == sorted(NAMES.split())


def test_both_spellings_of_a_path_are_there_and_the_older_is_deprecated() -> None:
    found = {(method, path): operation for method, path, operation in operations()}

    for (method, path), alias in ALIASES.items():
        canonical, older = found[method, path], found[method, alias]
        assert "deprecated" not in canonical
        assert older == canonical | {
            "operationId": canonical["operationId"] + ALIAS,
            "deprecated": True,
        }
    assert sum(name.endswith(ALIAS) for name in BY_NAME) == len(ALIASES)


@EVERY_OPERATION
def test_every_refusal_is_a_problem(operation: dict[str, Any]) -> None:
    refusals = {status: answer for status, answer in answers_of(operation).items() if status >= "400"}

    assert refusals
    for status, answer in refusals.items():
        assert answer["content"] == PROBLEM, status
        assert re.match(r"`[a-z_]+`: ", answer["description"])


@EVERY_OPERATION
def test_whoever_needs_a_user_says_so(operation: dict[str, Any]) -> None:
    name = operation["operationId"].removesuffix(ALIAS)
    security, refusals = operation.get("security", []), set(operation["responses"])

    if name in ANYBODY.split():
        assert security in ([], [{}, {"bearer": []}])
        assert name == "users_login" or "401" not in refusals
    else:
        assert security == [{"bearer": []}]
        assert refusals >= {"401", "403"}


@EVERY_OPERATION
def test_whatever_is_sent_or_limited_can_be_refused_for_that(operation: dict[str, Any]) -> None:
    refusals = set(operation["responses"])

    assert "500" in refusals
    if "requestBody" in operation:
        assert refusals >= {"400", "413", "422", "429"}
    if any(parameter["in"] == "path" for parameter in operation.get("parameters", ())):
        assert "404" in refusals


@EVERY_OPERATION
def test_answers_are_json_of_a_known_shape_or_nothing(operation: dict[str, Any]) -> None:
    for status, answer in answers_of(operation).items():
        without_body = operation["operationId"] in TOLD_BY_HEADERS.split()
        if status in {"204", "304"} or (status < "400" and without_body):
            assert "content" not in answer
        elif status < "400" and answer["content"].keys() <= FILES:
            assert all(content["schema"]["type"] == "string" for content in answer["content"].values())
        elif status < "400":
            schema = answer["content"]["application/json"]["schema"]
            known = schema.get("items", schema)
            assert known.keys() == {"$ref"}


@EVERY_OPERATION
def test_operations_and_their_parameters_say_what_they_mean(operation: dict[str, Any]) -> None:
    assert operation["description"].strip().endswith(".")
    assert len(operation["summary"]) <= 110
    for parameter in operation.get("parameters", ()):
        assert parameter["description"].endswith("."), parameter["name"]


def test_lists_can_be_read_page_by_page() -> None:
    paged = [
        name
        for name, operation in BY_NAME.items()
        if "Page'" in str(operation["responses"].get("200", {}).get("content"))
    ]

    assert len(paged) > 10
    for name in paged:
        asked = {parameter["name"] for parameter in BY_NAME[name]["parameters"]}
        assert asked >= {"page", "pageSize", "cursor"}, name


def test_creations_can_be_repeated_safely() -> None:
    repeatable = {
        name
        for name, operation in BY_NAME.items()
        if any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", ()))
    }

    assert repeatable >= {name for name, operation in BY_NAME.items() if "201" in operation["responses"]} | {
        "videos_submit"
    }


@pytest.mark.parametrize("name", SCHEMAS)
def test_members_that_need_an_explanation_have_one(name: str) -> None:
    unexplained = [
        member
        for member, schema in SCHEMAS[name].get("properties", {}).items()
        if (name.endswith("Request") or {"type": "null"} in schema.get("anyOf", ()))
        and "description" not in schema
    ]

    assert unexplained == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_members_that_are_always_there_are_required(name: str) -> None:
    schema = SCHEMAS[name]
    members = set(schema.get("properties", {}))

    if name == "Problem":
        assert members - set(schema["required"]) == {"errors", "error", "error_description"}
    elif not name.endswith("Request"):
        assert members == set(schema.get("required", ()))


def test_nothing_is_described_that_no_operation_uses() -> None:
    for kind in ("schemas", "responses"):
        for name in DOCUMENT["components"][kind]:
            assert f"'#/components/{kind}/{name}'" in str(DOCUMENT), name
