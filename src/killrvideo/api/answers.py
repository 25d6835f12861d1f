"""Answers: a body in wire spelling, serialised once, straight from the model.

FastAPI would validate and encode a returned model a second time; handing it bytes costs a third of that and
leaves the schema, which the route declares, untouched.
"""

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from starlette.responses import Response

JSON = "application/json"
NEVER_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}
"""Headers of what holds a secret (RFC 6749, section 5.1), and of what may be better a moment later."""


class Body(BaseModel):
    """What a client sends. Unknown members are passed over, as old clients send some."""

    model_config = ConfigDict(extra="ignore", str_max_length=100_000, use_attribute_docstrings=True)


class Answer(BaseModel):
    """What a client reads: every member is always there, null where there is nothing to tell."""

    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True, json_schema_serialization_defaults_required=True
    )


Item = TypeVar("Item", bound=Answer)

# Told to clients, and not checked at each answer.
Count = Annotated[int, Field(json_schema_extra={"minimum": 0})]
WebAddress = Annotated[str, Field(json_schema_extra={"format": "uri"})]
WebReference = Annotated[str, Field(json_schema_extra={"format": "uri-reference"})]
"""An address, or what follows that of the server."""


def answer(body: BaseModel, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    content = body.__pydantic_serializer__.to_json(body)
    return Response(content, status_code=status, headers=headers, media_type=JSON)


def answer_many(
    kind: TypeAdapter[list[Item]], bodies: list[Item], *, headers: dict[str, str] | None = None
) -> Response:
    """A bare array."""
    return Response(kind.dump_json(bodies), headers=headers, media_type=JSON)


def nothing() -> Response:
    """204: it is done, and there is nothing to read."""
    return Response(status_code=204)


def etag(version: int) -> dict[str, str]:
    """The header by which a later PUT can say which version it changes (RFC 9110, section 8.8.3)."""
    return {"ETag": f'"{version}"'}
