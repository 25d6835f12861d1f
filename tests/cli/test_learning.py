"""learn as an operator types it."""

from killrvideo.adapters.learning.parquet.lesson import read_card
from killrvideo.adapters.learning.parquet.model import write_model
from killrvideo.domain.learning import DataSize, Quality
from killrvideo.service_interfaces.learning import Learned, LearnedElsewhere, Measured
from tests.cli.command import Folder
from tests.holding_still import START
from tests.optional_libraries import needs_parquet


def test_a_first_model_is_learned_and_one_that_is_as_good_takes_its_place(folder: Folder) -> None:
    folder.run("seed", "--demo", "--no-clips")
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


@needs_parquet
def test_what_was_learned_elsewhere_from_exported_interactions_comes_into_use(folder: Folder) -> None:
    folder.run("seed", "--demo", "--no-clips")
    folder.done("learn")
    assert "ratings and views to given." in folder.done("export-interactions", "given")
    former = read_card(folder.path / "given").former
    assert former is not None
    assert "is there already and not empty" in folder.refused("export-interactions", "given")
    assert "holds no model that was written whole" in folder.refused("learn", "--from", "given")
    quality = Quality(0.5, 0.5, 0.5, 10)
    brought = LearnedElsewhere(
        Learned("by hand", quality, {}, {}), DataSize(10, 10, 50, 10), START, Measured(former, quality)
    )
    (folder.path / "brought").mkdir()
    write_model(folder.path / "brought", brought)
    printed = folder.done("learn", "--from", "brought")
    assert "new (2)" in printed
    assert "The new model is in use." in printed
    # Now another model is in use than the one that it was compared with.
    assert "Another model came into use" in folder.refused("learn", "--from", "brought")
