"""`make bench-scale`: what each read costs as a site grows, as ratios to a site of a thousand videos."""

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks.inhabited import Inhabited
from benchmarks.scale.measuring import Size, measure
from benchmarks.scale.proving import prove
from benchmarks.scale.stores import (
    CASSANDRA,
    SQLITE,
    address_of,
    cassandra_house,
    console,
    sqlite_house,
)
from benchmarks.scale.telling import tell


def main(arguments: Sequence[str] | None = None) -> None:
    chosen = _parser().parse_args(arguments)
    if chosen.prove:
        asyncio.run(prove(address_of(f"bench_prove_{chosen.prove}"), chosen.prove, console))
    for back_end in chosen.on:
        asyncio.run(_run(back_end, chosen))


async def _run(back_end: str, chosen: argparse.Namespace) -> None:
    async with AsyncExitStack() as stack:
        houses: dict[Size, Inhabited] = {}
        for size in chosen.sizes:
            house = sqlite_house(size) if back_end == SQLITE else cassandra_house(size)
            houses[size] = await stack.enter_async_context(house)
        if chosen.fill_only:
            return
        measured = await measure(
            houses, console, rounds=chosen.rounds, requests=chosen.requests, seconds=chosen.seconds
        )
    tell(back_end, measured, console, chosen.write)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--sizes", type=_numbers, default=[1_000, 100_000], help="videos: 1000,100000")
    parser.add_argument("--on", type=_back_ends, default=[SQLITE, CASSANDRA], help="sqlite,cassandra")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each size (5)")
    parser.add_argument("--requests", type=int, default=40, help="requests of a path in a turn (40)")
    parser.add_argument("--seconds", type=float, default=5.0, help="longest turn of a path (5)")
    parser.add_argument("--prove", type=int, metavar="N", help="first show with N videos that rows are right")
    parser.add_argument("--fill-only", action="store_true", help="measure nothing")
    parser.add_argument("--write", type=Path, help="also write the tables as Markdown to this file")
    return parser


def _back_ends(text: str) -> list[str]:
    chosen = text.split(",")
    if unknown := set(chosen) - {SQLITE, CASSANDRA}:
        raise argparse.ArgumentTypeError(f"no back end is called {', '.join(sorted(unknown))}")
    return chosen


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


if __name__ == "__main__":
    main()
