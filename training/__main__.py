"""`python -m training sentiment`: makes a small model anew and writes it where the code reads it."""

import argparse
from collections.abc import Callable, Mapping

from rich.console import Console

from training import sentiment

TRAININGS: Mapping[str, Callable[[Console], None]] = {"sentiment": sentiment.train}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("name", choices=list(TRAININGS))
    TRAININGS[parser.parse_args().name](Console(highlight=False))


if __name__ == "__main__":
    main()
