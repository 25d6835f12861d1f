"""Events that could not be handled are shown, and tried again on an operator's word."""

from pathlib import Path

import apsw
import yaml

from tests.cli.command import Folder

BURY = """
INSERT INTO outbox_buried (group_name, event_id, sequence, error)
SELECT 'reactions', event_id, sequence, 'ValueError: no [such] thing' FROM outbox WHERE sequence = 1
"""
EVENT = "SELECT lower(hex(event_id)) FROM outbox WHERE sequence = 1"


def store(folder: Folder) -> Path:
    return folder.path / "var" / "killrvideo.db"


def test_nothing_is_buried_in_a_new_store(folder: Folder) -> None:
    assert folder.done("events", "buried") == "Every event was handled, or still waits.\n"


def test_a_buried_event_is_shown_and_tried_again(folder: Folder) -> None:
    folder.done("seed", "--no-clips")
    with apsw.Connection(str(store(folder))) as connection:
        connection.execute(BURY)
        event = str(connection.execute(EVENT).get)

    shown = folder.on_terminal("events", "buried")
    assert "reactions" in shown
    assert event[:8] in shown
    assert "reactions tries" in folder.done("events", "retry", "reactions", event)
    assert folder.done("events", "buried") == "Every event was handled, or still waits.\n"


def test_what_was_never_buried_cannot_be_tried_again(folder: Folder) -> None:
    event = "019ca900-0000-7000-8000-000000000001"
    assert folder.refused("events", "retry", "reactions", event) == (
        f"The group reactions has buried no event {event}."
    )


def test_the_description_of_events_is_the_same_each_time(folder: Folder) -> None:
    first, again = folder.done("asyncapi"), folder.done("asyncapi")
    assert first == again
    assert yaml.safe_load(again)["asyncapi"] == "3.0.0"
    assert list(folder.path.iterdir()) == []
