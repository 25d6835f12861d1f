"""Every error code is explained: on the page that a problem's type points to, and in docs/errors.md."""

import re
from collections import Counter
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest

from killrvideo.api import problems
from killrvideo.api.app import description
from killrvideo.api.pages.problems import catalogue
from killrvideo.domain.errors import Refusal
from tests.api.town import town_in
from tests.holding_still import CountingIds, ManualClock

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "errors.md").read_text("utf-8")
SECTION = re.compile(r"^## ([^\n:]+): [^\n]+\n(.*?)(?=^## |\Z)", flags=re.MULTILINE | re.DOTALL)
ENTRY = re.compile(r"^### `(\w+)`\n\n(.+?)(?=\n^#|\Z)", flags=re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([a-z_]+)`:\s+[A-Z]")


def refusals(above: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for kind in above.__subclasses__():
        yield kind
        yield from refusals(kind)


def explained() -> list[tuple[str, str, str]]:
    """Code, the heading of its section, and what the document says of it."""
    return [
        (code, heading, text)
        for heading, section in SECTION.findall(PAGE)
        for code, text in ENTRY.findall(section)
    ]


def test_no_two_refusals_share_a_code() -> None:
    codes = Counter([kind.code for kind in refusals()])

    assert [code for code, times in codes.items() if times > 1] == []
    assert {kind for kind in refusals() if "code" not in vars(kind) or "title" not in vars(kind)} == set()


def test_what_the_framework_refuses_has_codes_of_its_own() -> None:
    ours = {kind.code: problems.status_of(kind) for kind in refusals()}

    for status, code in problems.CODE_OF_STATUS.items():
        assert ours.get(code, status) == status
    assert problems.INTERNAL not in ours


def test_the_document_explains_every_code_once() -> None:
    assert sorted(code for code, _, _ in explained()) == sorted(catalogue())


@pytest.mark.parametrize(("code", "heading", "text"), explained(), ids=[code for code, _, _ in explained()])
def test_a_code_stands_under_its_status_with_what_to_do(code: str, heading: str, text: str) -> None:
    status, _ = catalogue()[code]

    assert str(status) in heading or (heading == "500 and above" and status >= 500)
    assert text.count(".") >= 1
    assert len(text) > 50


def test_every_code_that_an_operation_declares_is_known() -> None:
    declared = set(CODE.findall(description()))

    assert len(declared) > 30
    assert declared <= set(catalogue())


async def test_a_problem_points_to_where_it_is_explained(
    tmp_path: Path, clock: ManualClock, ids: CountingIds
) -> None:
    async with town_in(tmp_path, clock, ids) as town:
        page, anchor = (await town.client.get("/api/v1/nothing")).json()["type"].split("#")
        explanations = await town.client.get(page)

    assert f'id="{anchor}"' in explanations.text
    for code, (status, title) in catalogue().items():
        row = f'<tr id="{code}"><td>{status}</td><td><code>{code}</code></td><td>{escape(title)}.</td></tr>'
        assert row in explanations.text
