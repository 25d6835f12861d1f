"""Commands that run experiments and show what came of them."""

from typing import Annotated

import typer
from rich.table import Table

from killrvideo.bootstrap import House
from killrvideo.cli.running import DataDir, in_house, operator_origin, printer, settings_with
from killrvideo.domain.access import Caller
from killrvideo.domain.experiment_reports import MeasuredRate, RatioVerdict, Report
from killrvideo.domain.experiments import Experiment, ExperimentChange, ExperimentState, share_of
from killrvideo.domain.statistics import CONFIDENCE, Interval

Key = Annotated[str, typer.Argument(metavar="KEY", help="What `killrvideo experiments list` calls it.")]
Percent = Annotated[
    float, typer.Argument(metavar="PERCENT", min=0, max=100, help="How many people take part.")
]

app = typer.Typer(name="experiments", no_args_is_help=True, help="Run experiments, and read what they show.")

SAYS = {
    RatioVerdict.FITS: "People are spread over the arms as their weights say",
    RatioVerdict.MISMATCH: "People are NOT spread over the arms as their weights say: believe no rate",
    RatioVerdict.TOO_FEW: "There are too few people to tell whether they are spread as they should be.",
}


@app.command("list")
def list_all(data_dir: DataDir = None) -> None:
    """Show every experiment: where it stands, how many people take part, and its arms."""

    async def find(house: House) -> list[Experiment]:
        return list(await house.application.experiment_control.all())

    table = Table("experiment", "state", "share", "round", "arms", "question")
    for one in in_house(settings_with(data_dir=data_dir), find):
        arms = ", ".join(f"{arm.name} {arm.weight}" for arm in one.arms)
        table.add_row(one.key, one.state, f"{one.percent:g} %", str(one.round), arms, one.description)
    printer().print(table)


@app.command()
def start(key: Key, percent: Percent, data_dir: DataDir = None) -> None:
    """Let a share of all signed-in people take part, also in one that was stopped."""
    _change(key, ExperimentChange(state=ExperimentState.RUNNING, share=share_of(percent)), data_dir)


@app.command()
def ramp(key: Key, percent: Percent, data_dir: DataDir = None) -> None:
    """Let more people take part, or fewer; nobody who takes part changes arms."""
    _change(key, ExperimentChange(share=share_of(percent)), data_dir)


@app.command()
def stop(key: Key, data_dir: DataDir = None) -> None:
    """Serve everybody as if there were no experiment, on every process within a second."""
    _change(key, ExperimentChange(state=ExperimentState.STOPPED), data_dir)


@app.command()
def report(key: Key, data_dir: DataDir = None) -> None:
    """Show people and rates of each arm, and whether they can be believed."""

    async def read(house: House) -> Report:
        return await house.application.experiment_control.report(key)

    found = in_house(settings_with(data_dir=data_dir), read)
    out = printer()
    out.print(_line(found.experiment), soft_wrap=True)
    out.print(_arms(found))
    if found.comparisons:
        out.print(_differences(found))
    if found.guardrails:
        out.print(_guardrails(found))
    ratio = found.sample_ratio
    tested = "" if ratio.p_value is None else f" (p = {ratio.p_value:.3g})."
    out.print(SAYS[ratio.verdict] + tested, soft_wrap=True)


def _change(key: str, change: ExperimentChange, data_dir: DataDir) -> None:
    async def do(house: House) -> Experiment:
        operator = Caller(origin=operator_origin(house))
        return await house.application.experiment_control.change(operator, key, change)

    printer().print(_line(in_house(settings_with(data_dir=data_dir), do)), soft_wrap=True)


def _line(one: Experiment) -> str:
    return f"{one.key} is {one.state}, round {one.round}, with {one.percent:g} % of all people."


def _arms(report: Report) -> Table:
    measures = [rate.measure for rate in report.arms[0].rates]
    table = Table("arm", "weight", "people", *measures, title=f"Rates, {CONFIDENCE:.0%} intervals")
    for arm in report.arms:
        rates = [_rate(rate) for rate in arm.rates]
        table.add_row(arm.arm.name, str(arm.arm.weight), str(arm.people), *rates)
    return table


def _differences(report: Report) -> Table:
    first = report.experiment.arms[0].name
    table = Table("arm", "measure", "difference", "interval", "p", title=f"Beside {first}")
    for one in report.comparisons:
        goal = " (goal)" if one.measure is report.experiment.goal else ""
        table.add_row(
            one.arm,
            one.measure + goal,
            f"{one.difference:+.2%}",
            _between(one.interval),
            f"{one.p_value:.3f}",
        )
    return table


def _guardrails(report: Report) -> Table:
    table = Table("arm", "guard-rail", "worse by", "at most", "verdict", title="Guard-rails")
    for one in report.guardrails:
        worse = "" if one.worse_by is None else _between(one.worse_by)
        rail = one.guardrail
        table.add_row(one.arm, rail.measure, worse, f"{rail.tolerance:.2%}", one.verdict)
    return table


def _rate(rate: MeasuredRate) -> str:
    if rate.value is None or rate.interval is None:
        return "nobody yet"
    return f"{rate.value:.2%} ({rate.interval.low:.2%} to {rate.interval.high:.2%})"


def _between(interval: Interval) -> str:
    return f"{interval.low:+.2%} to {interval.high:+.2%}"
