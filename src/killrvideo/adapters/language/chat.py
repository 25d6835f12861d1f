"""What a chat model said, out of an answer in the manner of OpenAI's chat completions."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Message(BaseModel):
    content: str = Field(min_length=1)


class Choice(BaseModel):
    message: Message
    finish_reason: Literal["stop"]


class Completion(BaseModel):
    """The answer: what we use of it. One that was cut off or asks for tools is none."""

    model_config = ConfigDict(hide_input_in_errors=True)

    choices: tuple[Choice, ...] = Field(min_length=1)


def said_in(body: bytes, longest: int) -> str:
    """Raises ValueError for what is no answer, or has more characters than this."""
    text = Completion.model_validate_json(body).choices[0].message.content.strip()
    if not 0 < len(text) <= longest:
        raise ValueError(f"the answer has {len(text)} characters")
    return text
