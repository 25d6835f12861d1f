"""Starting, stopping and killing, told by small servers that need no Java."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from services import processes, state
from services.lifecycle import Services
from services.problems import ServiceProblem
from tests.services.standing_in import ENDS, Listener, free_port, python


class Told(list[str]):
    """What was reported."""

    def of(self, name: str) -> str:
        return next(sentence for sentence in reversed(self) if sentence.startswith(f"{name}:"))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def services(tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.delenv("KILLRVIDEO_SERVICES_DATA", raising=False)
    servers = [Listener(name, free_port()) for name in ("alone", "pair-1", "pair-2")]
    services = Services(servers, tmp_path, python, told.append)
    yield services
    services.stop()


def pid_of(services: Services, name: str) -> int:
    found = services.running(services.choose([name])[0])
    assert found is not None
    return found.process.pid


def test_what_was_started_answers_and_is_found_by_its_state_file(services: Services, tmp_path: Path) -> None:
    services.start(["alone"])

    found = state.running("alone", tmp_path)
    assert found is not None
    socket.create_connection((found.address.host, found.address.port), timeout=5).close()


def test_starting_twice_is_harmless(services: Services, told: Told) -> None:
    services.start(["alone"])
    first = pid_of(services, "alone")

    services.start(["alone"])

    assert pid_of(services, "alone") == first
    assert "already runs" in told.of("alone")


def test_the_name_of_a_cluster_means_all_of_it(services: Services) -> None:
    services.start(["pair"])

    assert [bool(services.running(server)) for server in services.servers] == [False, True, True]


def test_a_name_that_is_unknown_is_answered_with_those_there_are(services: Services) -> None:
    with pytest.raises(ServiceProblem, match="no server 'four'; there are: alone, pair, pair-1, pair-2"):
        services.start(["four"])


def test_a_port_that_somebody_else_has_is_refused_and_left_alone(services: Services) -> None:
    (server,) = services.choose(["alone"])
    with socket.create_server((server.address.host, server.address.port)):
        with pytest.raises(ServiceProblem, match=f"another program.*{server.address}"):
            services.start(["alone"])

        assert services.running(server) is None
        services.stop(["alone"])
        socket.create_connection((server.address.host, server.address.port), timeout=5).close()


def test_stopping_ends_only_what_was_named(services: Services) -> None:
    services.start(["alone", "pair"])

    services.stop(["pair-1"])

    assert [bool(services.running(server)) for server in services.servers] == [True, False, True]


def test_stopping_without_a_name_ends_all_and_says_when_nothing_is_left(
    services: Services, told: Told
) -> None:
    services.start(["alone", "pair"])

    services.stop()
    services.stop()

    assert not any(services.running(server) for server in services.servers)
    assert told[-1].startswith("Nothing to stop")


def test_a_process_that_only_has_the_same_number_is_not_ended(services: Services, tmp_path: Path) -> None:
    services.start(["alone"])
    found = state.running("alone", tmp_path)
    assert found is not None
    earlier = processes.Process(found.process.pid, "another start")
    state.write(state.Running("alone", found.address, earlier, found.since), tmp_path)

    services.stop(["alone"])

    assert processes.living(found.process)
    state.write(found, tmp_path)


def test_a_killed_server_can_be_started_again_at_once(services: Services) -> None:
    services.start(["alone"])
    first = pid_of(services, "alone")

    services.kill(["alone"], signal.SIGKILL)
    services.start(["alone"])

    assert pid_of(services, "alone") != first


def test_a_server_can_be_held_still_let_go_and_stopped(services: Services, tmp_path: Path) -> None:
    services.start(["alone"])
    found = state.running("alone", tmp_path)
    assert found is not None

    services.kill(["alone"], signal.SIGSTOP)
    assert processes.held(found.process)
    services.kill(["alone"], signal.SIGCONT)
    assert not processes.held(found.process)
    services.kill(["alone"], signal.SIGSTOP)
    services.stop(["alone"])

    assert not processes.living(found.process)


def test_what_does_not_run_cannot_be_killed(services: Services) -> None:
    with pytest.raises(ServiceProblem, match="alone does not run"):
        services.kill(["alone"])


def test_the_log_tells_why_a_server_ended_while_starting(tmp_path: Path, told: Told) -> None:
    services = Services([Listener("broken", free_port(), ENDS)], tmp_path, python, told.append)

    with pytest.raises(ServiceProblem, match=r"broken ended while starting[\s\S]*the disk is full"):
        services.start(["broken"])

    assert state.read("broken", tmp_path) is None


def test_data_stays_until_a_fresh_start(services: Services, tmp_path: Path) -> None:
    mine = tmp_path / "alone" / "data" / "mine"
    services.start(["alone"])
    mine.touch()
    services.stop(["alone"])
    services.start(["alone"])
    assert mine.exists()

    services.stop(["alone"])
    services.start(["alone"], fresh=True)

    assert not mine.exists()


def test_data_may_stand_elsewhere(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KILLRVIDEO_SERVICES_DATA", str(tmp_path / "fast"))

    services.start(["alone"])

    assert (tmp_path / "fast" / "alone" / "kept").exists()
