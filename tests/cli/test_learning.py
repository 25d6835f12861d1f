"""learn as an operator types it."""

from tests.cli.command import Folder


def test_a_first_model_is_learned_and_one_that_is_as_good_takes_its_place(folder: Folder) -> None:
    folder.run("seed", "--demo")
    first = folder.run("learn").stdout
    assert "new (1)" in first
    assert "former" not in first
    assert "nDCG@10" in first
    assert "The new model is in use." in first
    again = folder.run("learn").stdout
    assert "new (2)" in again
    assert "former (1)" in again
    assert "The new model is in use." in again


def test_where_nobody_did_anything_there_is_nothing_to_learn(folder: Folder) -> None:
    assert folder.run("learn").stdout.strip() == (
        "Nobody has liked or watched enough yet: there is nothing to learn from."
    )
