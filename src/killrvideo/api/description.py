"""The API's description of itself (OpenAPI 3.1), served and kept in docs/killrvideo_openapi.yaml."""

import json
from typing import Any

import yaml
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from killrvideo.api.operations import SECURITY_SCHEMES
from killrvideo.api.problems import Problem

TITLE = "KillrVideo"
DESCRIPTION = """\
The back end of KillrVideo, the reference video application of the Apache Cassandra world.

Errors are problem details (RFC 9457): `detail` is a sentence for people, `code` is stable for programs.
Lists come in pages; `pagination.nextCursor` reads on at the same cost at any depth.
`Idempotency-Key` is honoured on every POST that creates something.
Paths marked deprecated are aliases kept for deployed clients."""

LINE_LONGEST = 110


def described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document: FastAPI's, with our problems in place of its default ones."""
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    _, ours = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    schemas |= ours["$defs"]
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    document["components"]["securitySchemes"] = SECURITY_SCHEMES
    return document


def as_yaml(document: dict[str, Any]) -> str:
    """The same text for the same document, in the order in which operations are declared."""
    plain = json.loads(json.dumps(document))  # Without shared parts, which YAML would spell as anchors.
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=LINE_LONGEST)
