"""The description of events is current, complete, and held together by references that lead somewhere."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from killrvideo.api.description import as_yaml
from killrvideo.bootstrap import event_description
from killrvideo.domain.events import catalogue

FILE = Path(__file__).resolve().parents[2] / "docs" / "killrvideo_asyncapi.yaml"
DOCUMENT: dict[str, Any] = event_description()
MESSAGES: dict[str, Any] = DOCUMENT["components"]["messages"]


def references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            yield from [value] if name == "$ref" else references(value)
    elif isinstance(part, list):
        for each in part:
            yield from references(each)


def test_the_file_is_current() -> None:
    assert FILE.read_text("utf-8") == as_yaml(DOCUMENT), "Run: make asyncapi"


def test_every_event_is_a_message_of_the_topic_of_its_kind() -> None:
    published = {
        name: channel["address"] for channel in DOCUMENT["channels"].values() for name in channel["messages"]
    }
    assert published.pop("DeadLetter") == "killrvideo.dead-letters"
    assert published == {name: f"killrvideo.{kind.aggregate}" for name, kind in catalogue().items()}


def test_every_reference_leads_somewhere() -> None:
    for reference in references(DOCUMENT):
        found: Any = DOCUMENT
        for name in reference.removeprefix("#/").split("/"):
            assert name in found, reference
            found = found[name]


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_event_says_in_a_sentence_what_happened(name: str) -> None:
    said = inspect.getdoc(catalogue()[name])
    assert MESSAGES[name]["summary"] == said
    assert said is not None
    assert said.endswith(".")
    assert not said.startswith(name)
