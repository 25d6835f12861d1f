"""The API's description as a file: valid YAML, the same each time, and nothing left behind."""

import yaml

from tests.cli.command import Folder


def test_the_description_is_the_same_each_time(folder: Folder) -> None:
    first = folder.run("openapi")
    again = folder.done("openapi")

    assert first.stdout == again
    document = yaml.safe_load(again)
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/videos/latest" in document["paths"]
    assert list(folder.path.iterdir()) == []
