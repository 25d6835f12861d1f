"""The whole table of who may do what to whose thing, asked in both spellings of every path."""

import pytest

from killrvideo.domain.access import Role
from tests.api.authorisation_table import TABLE
from tests.api.operations import SENT, spellings
from tests.api.targets import make
from tests.api.town import NOBODY, Person, Town

CANNOT_BE = "-"
"""In the table: there is no such case, as anonymous readers own nothing."""

Row = tuple[str, str, list[str]]
"""Operation, what it is asked for, and a status for each of `WHO`."""

WHO: tuple[Role | None, ...] = (None, *Role)


def rows() -> list[Row]:
    """The table, read: the operation is its line's first word, the statuses are its last five."""
    cells = [line.split() for line in TABLE.strip().splitlines()[1:] if line]
    return [(words[0], " ".join(words[1:-5]), words[-5:]) for words in cells]


OPERATIONS = list(dict.fromkeys(operation for operation, _, _ in rows()))


def test_the_table_names_every_operation_and_no_other() -> None:
    assert sorted(OPERATIONS) == sorted(spellings())


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_everybody_is_answered_as_the_table_says(town: Town, operation: str) -> None:
    admin = await town.person(Role.ADMIN)
    wrong = []
    for _, phrase, statuses in [row for row in rows() if row[0] == operation]:
        for role, expected in zip(WHO, statuses, strict=True):
            if expected == CANNOT_BE:
                continue
            answered = await _statuses(town, operation, phrase, role, admin)
            if answered != expected:
                wrong.append(f"{operation}, {phrase}, {role or 'anonymous'}: {answered}, not {expected}")
    assert not wrong, "\n".join(wrong)


async def _statuses(town: Town, operation: str, phrase: str, role: Role | None, admin: Person) -> str:
    """One status if all spellings agree. Asker and target are new for each, since requests change them."""
    answered = []
    for method, path in spellings()[operation]:
        asker = NOBODY if role is None else await town.person(role)
        target = await make(town, phrase, asker, admin)
        sent = SENT[operation](target) if operation in SENT else {}
        there = path.format(**target.ids, tag="rain")
        headers = {**asker.headers, **sent.pop("headers", {})}
        answer = await town.client.request(method, there, headers=headers, **sent)
        answered.append(str(answer.status_code))
    return "/".join(dict.fromkeys(answered))
