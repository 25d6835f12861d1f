"""What every refusal has in common, and what a store holds, to see that a refused request left it alone."""

from typing import Any

import apsw
import httpx2

from killrvideo.api.pages.problems import catalogue
from killrvideo.bootstrap.stores import STORE_FILE
from tests.api.town import Town

INSIDES = (
    "Traceback",
    "pydantic",
    "sqlite",
    "apsw",
    "starlette",
    "fastapi",
    ".py",
    "0x",
    "Error(",
    "NoneType",
)


def assert_refused(answer: httpx2.Response, *statuses: int) -> dict[str, Any]:
    """The problem that was answered: one sentence that people can read, and nothing of our insides."""
    assert answer.status_code in statuses, f"{answer.status_code}: {answer.text[:500]}"
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    assert catalogue()[problem["code"]][0] == answer.status_code
    assert problem["correlationId"] == answer.headers["x-correlation-id"]
    assert isinstance(problem["detail"], str)
    assert problem["detail"].strip()
    assert not [inside for inside in INSIDES if inside in answer.text], answer.text[:500]
    return problem


def contents(town: Town) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, to be compared with those of another moment."""
    store = town.house.settings.data_dir / STORE_FILE
    connection = apsw.Connection(str(store), flags=apsw.SQLITE_OPEN_READONLY)
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    )
    rows = {name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr) for (name,) in list(tables)}
    connection.close()
    return rows
