"""State files: where a server listens and whether the process that it names still lives."""

import os
from pathlib import Path

import pytest

from services import processes, state
from services.processes import Process
from services.state import Address, Running

HERE = Address("127.0.0.1", 9042)


def ourselves() -> Process:
    found = processes.find(os.getpid())
    assert found is not None
    return found


def test_a_server_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = Running("one", HERE, ourselves(), "2026-11-23T06:00:00Z")

    state.write(written, tmp_path)

    assert state.running("one", tmp_path) == written


def test_a_server_whose_process_is_gone_does_not_run(tmp_path: Path) -> None:
    written = Running("one", HERE, Process(os.getpid(), "an earlier start"), "2026-11-23T06:00:00Z")

    state.write(written, tmp_path)

    assert state.running("one", tmp_path) is None
    assert state.read("one", tmp_path) == written


def test_a_server_that_was_never_started_does_not_run(tmp_path: Path) -> None:
    assert state.running("one", tmp_path) is None


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"address": "here"}'])
def test_a_file_that_makes_no_sense_is_no_server(tmp_path: Path, content: str) -> None:
    (tmp_path / "one.json").write_text(content)

    assert state.read("one", tmp_path) is None


def test_what_was_forgotten_does_not_run(tmp_path: Path) -> None:
    state.write(Running("one", HERE, ourselves(), "2026-11-23T06:00:00Z"), tmp_path)

    state.forget("one", tmp_path)
    state.forget("one", tmp_path)

    assert state.running("one", tmp_path) is None


def test_an_address_is_read_as_it_is_shown() -> None:
    assert Address.parse(str(HERE)) == HERE


@pytest.mark.parametrize("text", ["", "9042", "localhost", "localhost:", ":9042", "localhost:cql"])
def test_an_address_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no address"):
        Address.parse(text)
