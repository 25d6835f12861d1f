"""Whether experiments tell the truth: on people who are all alike, and on deals that went wrong.

Everything here is synthetic: people are numbers, and what they do is drawn with known chances.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from uuid import UUID

import numpy as np
from rich.console import Console
from rich.progress import track
from scipy.stats import binom

from evaluations.reports import Figures
from killrvideo.bootstrap import House, build, load_settings
from killrvideo.domain.access import Caller
from killrvideo.domain.events import Origin
from killrvideo.domain.experiment_reports import MISMATCH_BELOW, RatioVerdict, sample_ratio
from killrvideo.domain.experiments import (
    BUCKETS,
    Arm,
    Experiment,
    ExperimentChange,
    ExperimentState,
    share_of,
)
from killrvideo.domain.ids import AccountId
from killrvideo.domain.statistics import CONFIDENCE, Rate, newcombe, p_of_difference

SEED = 20260301
OLD, NEW = Arm("old"), Arm("new")
RUNS = 1000
PEOPLE = 2000
CHANCE = 0.2
RAMP = (1, 2, 5, 10, 25, 50, 100)
RAMPED = 100_000
DEALS = 1000
SPLIT_OF = 20_000
DRAWS = 20_000
CASES = ((50, 0.1, 0.1), (50, 0.02, 0.1), (500, 0.02, 0.03), (500, 0.2, 0.25), (5000, 0.2, 0.2))
"""People an arm, and the true rates of both."""
KILLS = 20


def experiments(console: Console) -> Iterator[Figures]:
    yield _false_alarms(console)
    yield _ramp(console)
    yield _uneven_deals()
    yield _coverage()
    yield _kill_switch()


def an_experiment(key: str, share: int = BUCKETS, arms: tuple[Arm, ...] = (OLD, NEW)) -> Experiment:
    return Experiment(key=key, description="", arms=arms, share=share, state=ExperimentState.RUNNING)


def people(count: int) -> list[UUID]:
    return [UUID(int=number + 1) for number in range(count)]


def _false_alarms(console: Console) -> Figures:
    """The same people, dealt anew by each of a thousand keys; whatever their arm, they do alike."""
    everybody, chance = people(PEOPLE), np.random.default_rng(SEED)
    by_test = by_interval = mismatches = 0
    for run in track(range(RUNS), "A/A runs", console=console, transient=True):
        experiment = an_experiment(f"aa{run}")
        is_new = np.array([experiment.dealt(unit) == NEW.name for unit in everybody])
        does = chance.random(PEOPLE) < CHANCE
        old = Rate(int(does[~is_new].sum()), int((~is_new).sum()))
        new = Rate(int(does[is_new].sum()), int(is_new.sum()))
        interval = newcombe(new, old)
        by_test += p_of_difference(new, old) < 1 - CONFIDENCE
        by_interval += not interval.low <= 0 <= interval.high
        mismatches += sample_ratio({OLD: old.of, NEW: new.of}).verdict is RatioVerdict.MISMATCH
    rows = [
        _alarms("z test, p < 0.05", by_test, 1 - CONFIDENCE),
        _alarms("95 % interval without 0", by_interval, 1 - CONFIDENCE),
        _alarms("sample-ratio check", mismatches, MISMATCH_BELOW),
    ]
    return Figures(
        f"False alarms in {RUNS:,} A/A runs",
        ("what alarms", "alarms", "expected", "95 % of such runs", "within"),
        rows,
        (
            f"{PEOPLE:,} people a run, dealt by the real hash; all do it with chance {CHANCE}; seed {SEED}.",
            "The interval is binomial: how many alarms come by chance if the test is as good as it says.",
        ),
    )


def _alarms(name: str, alarms: int, expected: float) -> list[str]:
    low, high = binom.interval(0.95, RUNS, expected)
    within = "yes" if low <= alarms <= high else "NO"
    return [name, str(alarms), f"{RUNS * expected:g}", f"{low:g} to {high:g}", within]


def _ramp(console: Console) -> Figures:
    everybody = people(RAMPED)
    before: dict[UUID, str] = {}
    rows = []
    for percent in track(RAMP, "Ramp", console=console, transient=True):
        experiment = an_experiment("ramp", share_of(percent))
        arms = {unit: arm for unit in everybody if (arm := experiment.arm_for(unit)) is not None}
        moved = sum(arms.get(unit) != arm for unit, arm in before.items())
        dealt = Counter(arms.values())
        ratio = sample_ratio({arm: dealt[arm.name] for arm in (OLD, NEW)})
        p_value = "" if ratio.p_value is None else f"{ratio.p_value:.2f}"
        taking = f"{len(arms) / RAMPED:.2%}"
        rows.append([f"{percent} %", taking, str(dealt["old"]), str(dealt["new"]), p_value, str(moved)])
        before = arms
    return Figures(
        f"A ramp from 1 to 100 percent of {RAMPED:,} people",
        ("share", "take part", "old", "new", "p of the split", "moved or left"),
        rows,
        ("No chance in it: people are numbers, and the deal follows from hashes.",),
    )


def _uneven_deals() -> Figures:
    """How often the sample-ratio check tells, by how uneven the truth is."""
    chance = np.random.default_rng(SEED)
    rows = []
    for share in (0.50, 0.49, 0.48, 0.47):
        found = [
            sample_ratio({OLD: int(old), NEW: SPLIT_OF - int(old)}).verdict is RatioVerdict.MISMATCH
            for old in chance.binomial(SPLIT_OF, share, DEALS)
        ]
        exact = sample_ratio({OLD: round(SPLIT_OF * share), NEW: round(SPLIT_OF * (1 - share))})
        rows.append(
            [f"{share:.0%} / {1 - share:.0%}", f"{np.mean(found):.1%}", f"{exact.p_value:.2g}", exact.verdict]
        )
    return Figures(
        f"Uneven deals of {SPLIT_OF:,} people that should be even",
        ("true split", "told", "p of exactly this split", "verdict"),
        rows,
        (f"{DEALS:,} drawn deals a line, seed {SEED}; a mismatch is p < {MISMATCH_BELOW}.",),
    )


def _coverage() -> Figures:
    """How often the interval of a difference holds the true one."""
    chance = np.random.default_rng(SEED)
    rows = []
    for size, old, new in CASES:
        holds = 0
        for hits in zip(chance.binomial(size, new, DRAWS), chance.binomial(size, old, DRAWS), strict=True):
            interval = newcombe(Rate(int(hits[0]), size), Rate(int(hits[1]), size))
            holds += interval.low <= new - old <= interval.high
        rows.append([f"{size:,}", f"{old:.0%}", f"{new:.0%}", f"{holds / DRAWS:.2%}"])
    return Figures(
        "Coverage of the 95 % interval of a difference",
        ("people an arm", "old", "new", "holds the truth"),
        rows,
        (f"{DRAWS:,} draws a line, seed {SEED}; Newcombe's hybrid score interval.",),
    )


def _kill_switch() -> Figures:
    return asyncio.run(_kill())


async def _kill() -> Figures:
    with TemporaryDirectory() as folder:
        settings = load_settings({"data_dir": Path(folder), "durability": "off"}, env_file=None)
        async with (
            build(settings).opened(workers=False) as one,
            build(settings).opened(workers=False) as other,
        ):
            millis = sorted([await _killed(one, other) for _ in range(KILLS)])
    median, slowest = millis[len(millis) // 2], millis[-1]
    return Figures(
        "Kill switch: until another process of the same store serves nobody the experiment",
        ("kills", "median", "slowest"),
        [[str(KILLS), f"{median:.0f} ms", f"{slowest:.0f} ms"]],
        ("Two houses on one embedded store; from before the change to what the other one answers then.",),
    )


async def _killed(one: House, other: House) -> float:
    boss, account = Caller(origin=Origin(correlation_id="eval")), AccountId(UUID(int=1))
    control, variants = one.application.experiment_control, other.application.variants

    async def serves(state: ExperimentState) -> float:
        began = perf_counter()
        await control.change(boss, "recommender", ExperimentChange(state=state, share=BUCKETS))
        runs = state is ExperimentState.RUNNING
        while (variants.variant("recommender", account, "") != "") is not runs:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.001)
        return (perf_counter() - began) * 1000

    await serves(ExperimentState.RUNNING)
    return await serves(ExperimentState.STOPPED)
