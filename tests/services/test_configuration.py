"""The settings of the servers, as written from the templates."""

from itertools import combinations, pairwise
from pathlib import Path

import pytest
import yaml

from services import catalogue
from services.cassandra import ONE, SPARE, THREE, CassandraNode
from services.kafka import KAFKA
from services.server import Program

PROGRAM = Program("java", "libraries/jamm-0.4.0.jar")


def settings_of(node: CassandraNode, home: Path) -> dict[str, object]:
    node.prepare(PROGRAM, home, home / "data")
    read: dict[str, object] = yaml.safe_load((home / "cassandra.yaml").read_text())
    return read


@pytest.mark.parametrize("node", [ONE, SPARE, *THREE], ids=lambda node: node.name)
def test_a_node_listens_on_loopback_and_keeps_all_in_its_own_directory(
    node: CassandraNode, tmp_path: Path
) -> None:
    settings = settings_of(node, tmp_path)

    for name in ("listen_address", "rpc_address"):
        assert str(settings[name]).startswith("127.0.0.")
    for name in ("commitlog_directory", "hints_directory", "saved_caches_directory", "cdc_raw_directory"):
        assert Path(str(settings[name])).is_relative_to(tmp_path)


def test_no_two_servers_want_the_same_port() -> None:
    for one, other in combinations(catalogue.SERVERS, 2):
        assert not set(one.listens) & set(other.listens), (one.name, other.name)


def test_three_nodes_share_the_ring_evenly(tmp_path: Path) -> None:
    tokens = sorted(int(str(settings_of(node, tmp_path)["initial_token"])) for node in THREE)

    arcs = [after - before for before, after in pairwise(tokens)]
    assert arcs == [2**64 // 3] * 2


def test_options_are_handed_to_java_without_comments(tmp_path: Path) -> None:
    settings_of(ONE, tmp_path)

    command = ONE.command(PROGRAM, tmp_path)

    assert "-Dcassandra.unsafesystem=true" in command
    assert all(option.startswith("-") for option in command[1 : command.index("-cp")])


def test_nodes_that_are_killed_on_purpose_keep_what_they_acknowledged(tmp_path: Path) -> None:
    for node in (SPARE, *THREE):
        settings_of(node, tmp_path)
        assert "-Dcassandra.unsafesystem=true" not in node.command(PROGRAM, tmp_path)


def test_a_broker_that_has_its_storage_is_not_formatted_again(tmp_path: Path) -> None:
    (tmp_path / "meta.properties").touch()

    # There is no program called java-that-is-absent: formatting would fail.
    KAFKA.prepare(Program("java-that-is-absent", ""), tmp_path, tmp_path)

    assert "PLAINTEXT://127.0.0.1:9092" in (tmp_path / "kafka.properties").read_text()
