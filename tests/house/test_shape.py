"""The house rules that no linter knows: sizes, names, and where time and identity come from."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "killrvideo"
FILES = sorted(SOURCE.rglob("*.py"))
LONGEST_FILE = 350
LONGEST_FUNCTION = 35
A_DECLARATION_READ_BY_NAME = {"operation", "application_of"}
"""Longer, because the one has a parameter for everything that an operation can say of itself, and the other a
line for every feature."""
DRAWERS = {"utils", "util", "helpers", "helper", "common", "core", "base", "manager", "misc", "shared"}
"""Names that say nothing of what is inside."""
FROM_THE_AIR = re.compile(r"\b(?:datetime\.(?:now|utcnow)|time\.time(?:_ns)?|uuid[147])\(")
"""Time and identity that a test could not hold still."""
MAY_MAKE_THEM = ("adapters/", "observability/")
"""The clock itself; and correlation ids, which only name a request."""


def name_of(file: Path) -> str:
    return file.relative_to(SOURCE).as_posix()


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_file_can_be_read_in_one_sitting(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= LONGEST_FILE
    long = [
        f"{function.name} in line {function.lineno}"
        for function in functions(file)
        if function.name not in A_DECLARATION_READ_BY_NAME
        and (function.end_lineno or 0) - function.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_every_name_says_what_is_inside() -> None:
    assert [name_of(file) for file in FILES if DRAWERS & {file.stem, file.parent.name}] == []


def test_time_and_identity_are_handed_in() -> None:
    made = [name_of(file) for file in FILES if FROM_THE_AIR.search(file.read_text("utf-8"))]
    assert "adapters/clock.py" in made
    assert [name for name in made if not name.startswith(MAY_MAKE_THEM)] == []


def test_no_import_hides_from_the_rules_of_the_floors() -> None:
    assert [name_of(file) for file in FILES if "TYPE_CHECKING" in file.read_text("utf-8")] == []
