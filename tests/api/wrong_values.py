"""What the API's own description refuses: wrong values for every member of a body and every parameter."""

from collections.abc import Iterator
from functools import cache
from math import inf, nan
from typing import Any

from killrvideo.api.app import operations_alone

Schema = dict[str, Any]

LONGER_THAN_ANY = 100_001
OF_EACH_TYPE = {
    "string": "7",
    "integer": 7,
    "number": 1.5,
    "boolean": True,
    "null": None,
    "array": [],
    "object": {},
}


@cache
def _components() -> dict[str, Schema]:
    return dict(operations_alone().openapi()["components"]["schemas"])


def resolved(schema: Schema) -> Schema:
    """The schema itself where it only points to one."""
    return _components()[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def wrong_members(body: Schema) -> Iterator[tuple[str, Any]]:
    """Each member with each wrong value; `...` stands for a member that is missing."""
    body = resolved(body)
    for name, schema in body["properties"].items():
        for value in wrong_values(schema):
            yield name, value
        if name in body.get("required", ()):
            yield name, ...


def wrong_values(schema: Schema) -> Iterator[Any]:
    """Values that JSON can carry and the schema refuses."""
    options = [resolved(option) for option in schema.get("anyOf", [schema])]
    types = {option["type"] for option in options}
    if "number" in types:
        types.add("integer")
    yield from (value for kind, value in OF_EACH_TYPE.items() if kind not in types)
    for option in options:
        yield from WRONG_BY_TYPE.get(option["type"], _none)(option)


def wrong_texts(schema: Schema) -> Iterator[str]:
    yield "a\x00b"
    yield "x" * (schema.get("maxLength", LONGER_THAN_ANY - 1) + 1)
    if schema.get("minLength", 0) > 0:
        yield ""
    if "pattern" in schema:
        yield " \t\n\x1c"
    if "enum" in schema:
        yield "unheard-of"
    if schema.get("format") == "email":
        yield from ("nobody", "@example.com", "a b@example.com", "ann@example.com\x07")
    if schema.get("format") == "uuid":
        yield from ("019ca945", "019ca945-0a00-7000-8000-00000000000g", "urn:nothing")


def _wrong_strings(schema: Schema) -> Iterator[str]:
    yield "\ud800"
    yield from wrong_texts(schema)


def _wrong_integers(schema: Schema) -> Iterator[Any]:
    yield from (schema["minimum"] - 1, schema["maximum"] + 1, 10**400, -(10**400), nan, inf, -inf)


def _wrong_arrays(schema: Schema) -> Iterator[Any]:
    yield [[[]]]
    yield [{}]
    for value in wrong_values(schema["items"]):
        yield [value]
    if "maxItems" in schema:
        yield ["x"] * (schema["maxItems"] + 1)


def _none(_: Schema) -> Iterator[Any]:
    yield from ()


WRONG_BY_TYPE = {"string": _wrong_strings, "integer": _wrong_integers, "array": _wrong_arrays}
