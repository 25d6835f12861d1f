"""Commands for learning what goes together: now, which workers do once a day, and elsewhere."""

from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from killrvideo.adapters.learning.parquet.lesson import LessonFolder
from killrvideo.adapters.learning.parquet.model import read_model
from killrvideo.bootstrap import House
from killrvideo.cli.folders import NewPlace, folder_for, folder_from
from killrvideo.cli.running import DataDir, in_house, operator_origin, printer, settings_with
from killrvideo.domain.learning import ModelCard
from killrvideo.features.learning import LearningReport, Outcome
from killrvideo.service_interfaces.learning import LearnedElsewhere

Force = Annotated[bool, typer.Option("--force", help="Use the new model even if the present one is better.")]

From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="DIR|ADDRESS",
        help="Use what a job on Spark wrote there, which learned from what export-interactions wrote.",
    ),
]

WORDS = {
    Outcome.NOTHING_TO_LEARN: "Nobody has liked or watched enough yet: there is nothing to learn from.",
    Outcome.IN_USE: "The new model is in use.",
    Outcome.REFUSED: "The new model is worse: the former stays in use. With --force it would not.",
}


class StepBar:
    """Keeps LearningProgress; elsewhere than on a terminal nothing is shown."""

    def __init__(self) -> None:
        console = printer()
        self._bar = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None)
        self._begun = 0

    def __enter__(self) -> "StepBar":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def expect(self, steps: int) -> None:
        self._bar.update(self._task, total=self._begun + steps)

    def begin(self, step: str) -> None:
        self._bar.update(self._task, completed=self._begun, description=step)
        self._begun += 1


def learn(force: Force = False, place: From = None, data_dir: DataDir = None) -> None:
    """Learn from all ratings and views what goes together, and say how good the model is.

    It is used if it foretells what people liked last at least as well as the one in use. A server learns once
    a day by itself. With --from the model comes from a job that learned on Spark, under the same rule.
    """
    settings = settings_with(data_dir=data_dir)
    if place is None:
        report = in_house(settings, lambda house: _learned_here(house, force))
    else:
        with folder_from(place, settings) as folder:
            brought = read_model(folder)
        report = in_house(settings, lambda house: _taken(house, brought, force))
    if report.new is not None:
        printer().print(_table(report.new, report.former))
        printer().print(_size(report), soft_wrap=True)
    printer().print(WORDS[report.outcome], soft_wrap=True)


def export_interactions(
    place: NewPlace,
    data_dir: DataDir = None,
) -> None:
    """Write ratings, and views of people who were signed in, as Parquet files, to learn from them on Spark.

    With them go the lists that the model in use was measured by. Nobody is named, but each row says by an
    account's id what that person watched: keep it as safe as the store itself.
    """
    settings = settings_with(data_dir=data_dir)
    with folder_for(place, settings) as draft, LessonFolder(draft) as writer:

        async def hand_out(house: House) -> int:
            with StepBar() as bar:
                return await house.application.learning.hand_out(writer, bar)

        count = in_house(settings, hand_out)
    printer().print(f"Wrote {count} ratings and views to {place}.", soft_wrap=True)


async def _learned_here(house: House, force: bool) -> LearningReport:
    with StepBar() as bar:
        return await house.application.learning.learn(operator_origin(house), bar, force=force)


async def _taken(house: House, brought: LearnedElsewhere, force: bool) -> LearningReport:
    with StepBar() as bar:
        return await house.application.learning.take(operator_origin(house), brought, bar, force=force)


def _table(new: ModelCard, former: ModelCard | None) -> Table:
    table = Table("model", "algorithm", "learned", "nDCG@10", "recall@10", "hit rate")
    for column in table.columns[3:]:
        column.justify = "right"
    for name, card in (("new", new), ("former", former)):
        if card is not None:
            quality = card.quality
            measured = (f"{value:.4f}" for value in (quality.ndcg, quality.recall, quality.hit_rate))
            table.add_row(
                f"{name} ({card.number})", card.algorithm, f"{card.trained_at:%Y-%m-%d %H:%M}", *measured
            )
    return table


def _size(report: LearningReport) -> str:
    size = report.size
    return (
        f"Learned from what {size.people} people did with {size.videos} videos ({size.interactions} pairs); "
        f"measured by the last {size.held_out} likes, which neither model has seen."
    )
