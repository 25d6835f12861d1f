"""The API's description of itself (OpenAPI 3.1), served and kept in docs/killrvideo_openapi.yaml."""

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from killrvideo.api.operations import SECURITY_SCHEMES
from killrvideo.api.problems import MEDIA_TYPE, Problem

TITLE = "KillrVideo"
DESCRIPTION = """\
The back end of KillrVideo, the reference video application of the Apache Cassandra world.

Errors are problem details (RFC 9457): `detail` is a sentence for people, `code` is stable for programs;
`/problems` explains every code. The header `X-Correlation-ID` of every answer names the request in the log.
Lists come in pages; `pagination.nextCursor` reads on at the same cost at any depth.
`Idempotency-Key` is honoured on every POST that creates something.
Clients pass over members that they do not know: more of them may come.
Paths marked deprecated are aliases kept for deployed clients.
"""
TAGS = {
    "videos": "Submitting videos, reading them and the lists of them.",
    "uploads": "Sending files in a way that survives a lost connection: the protocol tus 1.0.0.",
    "playback": "Watching: views, watch time, and what trends.",
    "captions": "What is said in videos, to be read along and to be found.",
    "comments": "What people say about videos.",
    "ratings": "One to five stars, one rating for each user and video.",
    "recommendations": "What is alike, and what fits a user.",
    "search": "Finding videos and tags by words.",
    "sessions": "Signing in and out.",
    "accounts": "Users, their profiles and their data.",
    "flags": "Telling moderators what is wrong, and what they do about it.",
    "moderation": "Who moderates, who is shut out, what is hidden, and who did what.",
    "experiments": "What is tried on a share of the people, and what it shows.",
    "health": "Whether the server lives and serves.",
}
IN_PATHS = {
    "videoId": "The id of a video.",
    "commentId": "The id of a comment.",
    "userId": "The id of a user.",
    "flagId": "The id of a flag.",
    "uploadId": "The id of an upload, and later of the video that it becomes.",
}
"""What these mean in every path."""

LINE_LONGEST = 110
ONE_CODE = re.compile(r"`(\w+)`: [^`]+")
BOUNDS = ("minimum", "maximum")
PAGE_NAME = re.compile(r"PageOf_(\w+)_")

Part = dict[str, Any]


def described(app: FastAPI) -> Part:
    """The OpenAPI document: FastAPI's, with our problems in place of its default ones, and tidied up."""
    generated = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        license_info={"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        tags=[{"name": name, "description": says} for name, says in TAGS.items()],
        routes=app.routes,
    )
    document: Part = json.loads(PAGE_NAME.sub(r"\1Page", json.dumps(generated)))
    _, ours = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    schemas = document["components"]["schemas"] | ours["$defs"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for schema in schemas.values():
        _tidy_schema(schema)
    operations = [each for methods in document["paths"].values() for each in methods.values()]
    for operation in operations:
        _tidy_operation(operation)
    document["components"] = {
        "schemas": dict(sorted(schemas.items())),
        "responses": dict(sorted(_problems_told_once(operations).items())),
        "securitySchemes": SECURITY_SCHEMES,
    }
    return document


def _tidy_schema(schema: Part) -> None:
    """Takes out what tells a client nothing, or something that is not so."""
    # A later member breaks no client that reads what it knows.
    if schema.get("additionalProperties") is False:
        del schema["additionalProperties"]
    for member in schema.get("properties", {}).values():
        member.pop("title", None)  # The name once more, in other letters.
    _whole_bounds(schema)


def _tidy_operation(operation: Part) -> None:
    for parameter in operation.get("parameters", ()):
        _tidy_parameter(parameter)
    for answer in operation["responses"].values():
        answer.get("content", {}).get("application/json", {}).get("schema", {}).pop("title", None)
    _whole_bounds(operation)


def _whole_bounds(part: Part) -> None:
    for schema in _dicts_in(part):
        for bound in BOUNDS:
            if isinstance(schema.get(bound), float) and schema[bound].is_integer():
                schema[bound] = int(schema[bound])


def _tidy_parameter(parameter: Part) -> None:
    schema = parameter["schema"]
    for known in ("title", "description"):
        schema.pop(known, None)
    kinds = [kind for kind in schema.pop("anyOf", ()) if kind != {"type": "null"}]
    for kind in kinds:  # A parameter is left out, never null.
        schema |= kind
    if parameter["in"] == "path" and parameter["name"] in IN_PATHS:
        parameter["description"] = IN_PATHS[parameter["name"]]


def _dicts_in(part: Any) -> Iterator[Part]:
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _dicts_in(inner)


def _problems_told_once(operations: list[Part]) -> Part:
    """The answers with a single code, which many operations share; the operations then refer to them."""
    shared: Part = {}
    for operation in operations:
        for status, answer in operation["responses"].items():
            code = ONE_CODE.fullmatch(answer["description"])
            if code and MEDIA_TYPE in answer.get("content", {}):
                shared[code[1]] = answer
                operation["responses"][status] = {"$ref": f"#/components/responses/{code[1]}"}
    return shared


class _Dumper(yaml.SafeDumper):
    """Spells text of several lines as such."""


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def as_yaml(document: Part) -> str:
    """The same text for the same document, in the order in which operations are declared."""
    plain = json.loads(json.dumps(document))  # Without shared parts, which YAML would spell as anchors.
    return yaml.dump(plain, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=LINE_LONGEST)
