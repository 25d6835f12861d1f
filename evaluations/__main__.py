"""`python -m evaluations [name ...]`: prints the tables of the evaluations that are named, or of all."""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console

from evaluations.answers import answers
from evaluations.datasets import Absent
from evaluations.embeddings import embeddings
from evaluations.experiments import experiments
from evaluations.recommendations import recommendations
from evaluations.reports import Figures
from evaluations.search import search
from evaluations.sentiment import sentiment
from evaluations.spark import spark
from evaluations.speech import speech
from evaluations.vectors import vectors

Evaluation = Callable[[Console], Iterator[Figures]]
"""Yields its tables as they are done, with a progress bar meanwhile. Raises Absent."""

EVALUATIONS: Mapping[str, Evaluation] = {
    "answers": answers,
    "embeddings": embeddings,
    "experiments": experiments,
    "recommendations": recommendations,
    "search": search,
    "sentiment": sentiment,
    "spark": spark,
    "speech": speech,
    "vectors": vectors,
}
console = Console(highlight=False)


def main(arguments: Sequence[str] | None = None) -> None:
    chosen = _parser().parse_args(arguments)
    sections = [_section(name) for name in chosen.names or EVALUATIONS]
    if chosen.write:
        chosen.write.write_text("\n".join(sections))


def _section(name: str) -> str:
    """Prints the tables of one evaluation; the same as Markdown."""
    parts = [f"## {name.capitalize()}\n"]
    try:
        for figures in EVALUATIONS[name](console):
            figures.print_to(console)
            parts.append(figures.as_markdown())
    except Absent as absent:
        console.print(f"{name}: skipped, {absent}\n")
        parts.append(f"Skipped: {absent}.\n")
    return "\n".join(parts)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evaluations", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="name", choices=[*EVALUATIONS, []], help=", ".join(EVALUATIONS)
    )
    parser.add_argument("--write", type=Path, help="also write the tables as Markdown to this file")
    return parser


if __name__ == "__main__":
    main()
