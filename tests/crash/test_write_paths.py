"""A process that dies anywhere on any write path leaves all of a write or nothing, and the work goes on.

``KILLRVIDEO_CRASH_POINTS=all`` tries every point of every path; else it is of each point the first and the
last time that it is passed, and of the statements of a write the first and the last.
"""

import ast
import asyncio
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from killrvideo.adapters.failpoints import EXIT_STATUS
from killrvideo.domain.jobs import JobKind
from tests.crash.dying_house import WRITE_PATHS, Crash, Undisturbed, die, watched
from tests.crash.extent import EVERY_POINT
from tests.crash.place import AFTER_THE_LEASE, BEFORE, LATER, visited
from tests.crash.soundness import faults
from tests.crash.store_contents import Contents, contents, outcome
from tests.crash.told import told
from tests.crash.write_paths import WritePath

SOURCE = Path(__file__).parents[2] / "src" / "killrvideo"
STATEMENT = ":statement-"
ELSEWHERE = {f"job.{JobKind.ACCOUNT_CONTENT}"}
"""Writes that this store never makes: it hides all that an account made at once."""


@pytest.fixture(params=list(WRITE_PATHS.values()), ids=list(WRITE_PATHS))
def path(request: pytest.FixtureRequest) -> WritePath:
    found_path: WritePath = request.param
    return found_path


def test_a_write_that_is_cut_off_anywhere_is_there_whole_or_not_at_all(
    path: WritePath, scene: Path, tmp_path: Path
) -> None:
    before = shutil.copytree(scene, tmp_path / "before")
    asyncio.run(arrange(path, before))
    undisturbed = asyncio.run(watched(shutil.copytree(before, tmp_path / "undisturbed"), path))
    assert {crash.unit for crash in undisturbed.crashes} - {None} == path.units
    end = asyncio.run(gone_on(path, tmp_path / "undisturbed"))

    for crash in chosen(undisturbed.crashes):
        folder = shutil.copytree(before, tmp_path / crash.failpoint)
        assert die(folder, path, crash.failpoint) == EXIT_STATUS, crash.failpoint

        assert contents(folder) == crash.leaves, crash.failpoint
        assert not crash.leaves or faults(folder, purged=path.purges) == [], crash.failpoint
        if path.goes_on is not None:
            assert asyncio.run(gone_on(path, folder)) == end, crash.failpoint
            assert faults(folder, purged=path.purges, at_rest=True) == [], crash.failpoint
        elif crash.commits == 0:
            asyncio.run(repeat_what_is_not_there(path, folder, undisturbed))
        elif path.again is not None:
            asyncio.run(repeat_what_is_there(path, folder, crash.leaves, undisturbed))


async def arrange(path: WritePath, folder: Path) -> None:
    async with visited(folder, BEFORE) as place:
        await path.arrange(place)


async def gone_on(path: WritePath, folder: Path) -> Contents | None:
    """What comes of it by itself in the end, if anything does."""
    if path.goes_on is None:
        return None
    async with visited(folder, AFTER_THE_LEASE) as place:
        await path.goes_on(place)
    return outcome(folder)


async def repeat_what_is_not_there(path: WritePath, folder: Path, undisturbed: Undisturbed) -> None:
    async with visited(folder, LATER) as place:
        answer = await path.act(place)
    assert told(answer) == told(undisturbed.answer)
    assert contents(folder) == undisturbed.leaves


async def repeat_what_is_there(
    path: WritePath, folder: Path, there: Contents, undisturbed: Undisturbed
) -> None:
    async with visited(folder, AFTER_THE_LEASE) as place:
        answer = await path.act(place)
    assert answer is not None
    assert answer.status_code == path.again, answer.text
    if path.keyed:
        assert told(answer) == told(undisturbed.answer)
        assert path.lasting(contents(folder)) == path.lasting(there)


def chosen(crashes: Sequence[Crash]) -> Sequence[Crash]:
    if EVERY_POINT:
        return crashes
    most = {crash.name: crash.time for crash in crashes}
    ends = {unit: (names[0], names[-1]) for unit, names in statements_by_unit(crashes).items()}
    return [
        crash
        for crash in crashes
        if crash.time in {1, most[crash.name]}
        and (STATEMENT not in crash.name or crash.name in ends[crash.unit])
    ]


def statements_by_unit(crashes: Sequence[Crash]) -> dict[str | None, list[str]]:
    found_names: dict[str | None, list[str]] = {}
    for crash in crashes:
        if STATEMENT in crash.name:
            found_names.setdefault(crash.unit, []).append(crash.name)
    return found_names


def test_no_write_path_is_forgotten() -> None:
    known = {unit for path in WRITE_PATHS.values() for unit in path.units}

    assert set(units_begun()) | set(writes_named()) == known | ELSEWHERE


def units_begun() -> Iterator[str]:
    """The names of all units of work that features begin, also where several begin one in the same way."""
    for folder in ("features", "service_interfaces"):
        for call in calls_in(SOURCE / folder):
            if ast.unparse(call.func).endswith("storage.begin"):
                yield from names_of(call.args[0])


def writes_named() -> Iterator[str]:
    """The names of all writes that the store makes by itself."""
    for call in calls_in(SOURCE / "adapters" / "sqlite"):
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"write", "drop"}:
            named = {keyword.arg: keyword.value for keyword in call.keywords}.get("name")
            if isinstance(named, ast.Constant):
                yield str(named.value)


def calls_in(folder: Path) -> Iterator[ast.Call]:
    for file in sorted(folder.rglob("*.py")):
        nodes = ast.walk(ast.parse(file.read_text("utf-8")))
        yield from (node for node in nodes if isinstance(node, ast.Call))


def names_of(written: ast.expr) -> list[str]:
    """What the expression can be: a name, or one with the kind of a job at its end."""
    match written:
        case ast.Constant(value=str(name)):
            return [name]
        case ast.JoinedStr(values=[ast.Constant(value=str(prefix)), ast.FormattedValue()]):
            return [prefix + kind for kind in JobKind]
    raise AssertionError(f"Cannot tell what {ast.unparse(written)} is.")
