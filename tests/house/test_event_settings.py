"""How events travel is a setting, and one that cannot be meant is refused."""

from pathlib import Path
from typing import Any

import pytest

from killrvideo.adapters.events.in_process import InProcessBus
from killrvideo.adapters.events.kafka import KafkaBus
from killrvideo.bootstrap import build
from killrvideo.settings.sources import SettingsError, load_settings


def loaded(**settings: Any) -> Any:
    return load_settings(settings, env_file=None)


def test_events_need_no_broker_unless_one_is_asked_for(tmp_path: Path) -> None:
    assert isinstance(build(loaded(data_dir=tmp_path)).bus, InProcessBus)
    assert isinstance(build(loaded(data_dir=tmp_path, events="Kafka")).bus, KafkaBus)


def test_brokers_are_listed_with_their_ports() -> None:
    found = loaded(kafka_servers="one.example.org:9092, 10.0.0.2:9093,[::1]:9094").kafka_servers
    assert found == ("one.example.org:9092", "10.0.0.2:9093", "[::1]:9094")


@pytest.mark.parametrize(
    ("setting", "value", "complaint"),
    [
        ("kafka_servers", "", "names no server"),
        ("kafka_servers", "one.example.org", "host:port"),
        ("kafka_servers", "kafka://one:9092", "host:port"),
        ("kafka_servers", "one:0", "host:port"),
        ("kafka_prefix", "two words", "pattern"),
        ("kafka_partitions", "0", "greater"),
        ("events", "pigeons", "in-process"),
    ],
)
def test_what_cannot_be_meant_is_refused(setting: str, value: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint):
        loaded(**{setting: value})


@pytest.mark.parametrize("lonely", ["kafka_username", "kafka_password"])
def test_a_name_and_a_password_go_together(lonely: str) -> None:
    with pytest.raises(SettingsError, match="go together"):
        loaded(**{lonely: "somebody"})


def test_production_signs_in_only_where_nobody_can_listen() -> None:
    production = {
        "environment": "production",
        "signing_keys": "2026:uJ7dXq2mPz9LwT4rBvN8sKcY5hGf3aEo",
        "kafka_username": "somebody",
        "kafka_password": "something",
    }
    with pytest.raises(SettingsError, match="KAFKA_TLS"):
        loaded(**production)
    assert loaded(**production, kafka_tls=True).kafka_tls
