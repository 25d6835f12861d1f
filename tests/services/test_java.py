"""Finding Java 17 and Maven, and saying what to install where they are absent."""

from pathlib import Path

import pytest

from services.java import find_java, find_maven, release_of
from services.problems import ToolMissing


def a_java(directory: Path, version: str) -> Path:
    program = directory / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-04-15' >&2\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(("version", "release"), [("17.0.15", 17), ("21", 21), ("1.8.0_392", 1)])
def test_the_release_is_read_from_what_java_says(tmp_path: Path, version: str, release: int) -> None:
    assert release_of(str(a_java(tmp_path, version))) == release


def test_what_is_no_java_has_no_release(tmp_path: Path) -> None:
    assert release_of(str(tmp_path / "java")) is None


def test_java_home_is_asked_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = a_java(tmp_path, "17.0.1")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    assert find_java() == str(program)


def test_another_release_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer, fitting = a_java(tmp_path / "newer", "21.0.2"), a_java(tmp_path / "fitting", "17.0.1")
    monkeypatch.setenv("JAVA_HOME", str(newer.parents[1]))
    monkeypatch.setenv("PATH", str(fitting.parent))

    assert find_java() == str(fitting)


def test_without_maven_a_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ToolMissing, match=r"install it .*maven"):
        find_maven()
