"""Running experiments from the command line."""

from tests.cli.command import Folder


def test_an_experiment_is_started_ramped_reported_and_stopped(folder: Folder) -> None:
    assert "search_fusion" in folder.done("experiments", "list")

    started = folder.done("experiments", "start", "recommender", "1")
    assert started == "recommender is running, round 1, with 1 % of all people.\n"
    assert "with 50 %" in folder.done("experiments", "ramp", "recommender", "50")
    report = folder.done("experiments", "report", "recommender")
    assert "learned" in report
    assert "nobody yet" in report
    assert "too few people" in report
    assert "recommender is stopped" in folder.done("experiments", "stop", "recommender")
    assert "stopped" in folder.done("experiments", "list")


def test_what_is_not_there_or_cannot_be_is_refused_in_a_sentence(folder: Folder) -> None:
    assert folder.refused("experiments", "stop", "colour") == "There is no experiment 'colour'."
    refused = folder.refused("experiments", "stop", "recommender")
    assert refused == "An experiment that is draft cannot become stopped."
    assert folder.run("experiments", "ramp", "recommender", "101").returncode == 2
