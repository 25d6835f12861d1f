"""Makes models outside of the house: `python -m training NAME --help` says more of each."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from rich.console import Console

from killrvideo.service_interfaces.catalogue import CatalogueRefused
from killrvideo.service_interfaces.learning import LearningRefused
from training import sentiment

SPARK_JOB = "training.spark.recommendations"
"""Loaded when it is asked for: Spark is not installed everywhere."""


class NotInstalled(Exception):
    """``str`` says what to do."""


def main(words: Sequence[str] | None = None) -> None:
    chosen = _parser().parse_args(words)
    try:
        chosen.verb(chosen, Console(highlight=False))
    except (CatalogueRefused, LearningRefused, NotInstalled) as refusal:
        print(f"training: {refusal}", file=sys.stderr)  # noqa: T201
        sys.exit(1)


def _sentiment(_: argparse.Namespace, console: Console) -> None:
    sentiment.train(console)


def _recommendations(chosen: argparse.Namespace, console: Console) -> None:
    try:
        job = import_module(SPARK_JOB)
    except ModuleNotFoundError as error:
        if error.name not in ("pyspark", "pyarrow"):
            raise
        raise NotInstalled(f"This runs on Spark, and {error.name} is not installed: `make spark`.") from error
    with console.status("starting Spark") as status:
        settings = dict(setting.partition("=")[::2] for setting in chosen.conf)
        brought = job.learn(chosen.interactions, chosen.lists, settings, chosen.groups, status.update)
    size, quality = brought.size, brought.learned.quality
    former = f", of the model in use {brought.former.quality.ndcg:.4f}" if brought.former else ""
    console.print(
        f"{brought.learned.algorithm}, learned from what {size.people} people did with {size.videos} videos "
        f"({size.interactions} pairs): nDCG@10 {quality.ndcg:.4f}{former}."
    )
    console.print(
        f"`killrvideo learn --from {chosen.lists}` puts it into use unless the one in use is better."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="NAME")
    small = verbs.add_parser(
        "sentiment", help="the small model of sentiment, written where the code reads it"
    )
    small.set_defaults(verb=_sentiment)
    job = verbs.add_parser(
        "recommendations",
        help="what goes together, on Spark",
        description="Learns on Spark what `killrvideo learn` learns in one process.",
    )
    job.set_defaults(verb=_recommendations)
    job.add_argument("interactions", type=Path, help="folder that `killrvideo export-interactions` wrote")
    job.add_argument("lists", type=Path, help="folder to write, for `killrvideo learn --from`; new or empty")
    job.add_argument(
        "--groups", type=int, help="of people, of which each fits into memory (two for each core)"
    )
    job.add_argument(
        "--conf",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a setting of Spark's, such as spark.driver.memory=8g; spark.master is local[*] otherwise",
    )
    return parser


if __name__ == "__main__":
    main()
