"""The command that learns now what goes together, which workers otherwise do once a day."""

from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from killrvideo.bootstrap import House
from killrvideo.cli.running import DataDir, in_house, operator_origin, printer, settings_with
from killrvideo.domain.learning import ModelCard
from killrvideo.features.learning import LearningReport, Outcome

Force = Annotated[bool, typer.Option("--force", help="Use the new model even if the present one is better.")]

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


def learn(force: Force = False, data_dir: DataDir = None) -> None:
    """Learn from all ratings and views what goes together, and say how good the model is.

    It is used if it foretells what people liked last at least as well as the one in use. A server learns once
    a day by itself.
    """

    async def work(house: House) -> LearningReport:
        with StepBar() as bar:
            return await house.application.learning.learn(operator_origin(house), bar, force=force)

    report = in_house(settings_with(data_dir=data_dir), work)
    if report.new is not None:
        printer().print(_table(report.new, report.former))
        printer().print(_size(report), soft_wrap=True)
    printer().print(WORDS[report.outcome], soft_wrap=True)


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
