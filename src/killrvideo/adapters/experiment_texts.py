"""Arms and guard-rails as JSON texts, as every store of experiments keeps them."""

import orjson
from pydantic import TypeAdapter

from killrvideo.domain.experiments import Arm, Guardrail

ARMS: TypeAdapter[tuple[Arm, ...]] = TypeAdapter(tuple[Arm, ...])
GUARDRAILS: TypeAdapter[tuple[Guardrail, ...]] = TypeAdapter(tuple[Guardrail, ...])


def text_of(parts: tuple[Arm, ...] | tuple[Guardrail, ...]) -> str:
    return orjson.dumps(parts).decode()


def arms_of(text: str) -> tuple[Arm, ...]:
    return ARMS.validate_json(text)


def guardrails_of(text: str) -> tuple[Guardrail, ...]:
    return GUARDRAILS.validate_json(text)
