"""A kill switch reaches every process by its event, and what people do reaches the report by theirs."""

from killrvideo.domain.accounts import Account
from killrvideo.domain.experiments import Experiment, ExperimentChange, ExperimentState
from killrvideo.domain.exposures import ArmCounts
from tests.builders.accounts import an_account
from tests.builders.callers import NOBODY, caller_of
from tests.builders.keeping import keep
from tests.workers.site import Site

RUN = ExperimentChange(state=ExperimentState.RUNNING, share=10_000)
STOP = ExperimentChange(state=ExperimentState.STOPPED)


async def run(site: Site, change: ExperimentChange) -> Experiment:
    return await site.house.experiment_control.change(NOBODY, "recommender", change)


def arm_of(site: Site, account: Account | None = None) -> str:
    """What the process gives its own account, unless another is said."""
    return site.house.variants.variant("recommender", (account or site.account).id, "as ever")


async def test_a_kill_switch_reaches_a_process_that_only_answers(site: Site, neighbour: Site) -> None:
    await neighbour.workers.listen()
    started = await run(site, RUN)
    await neighbour.workers.settle()
    assert arm_of(site) == arm_of(neighbour, site.account) == started.dealt(site.account.id)

    await run(site, STOP)
    assert arm_of(site) == "as ever"
    await neighbour.workers.settle()
    assert arm_of(neighbour, site.account) == "as ever"


async def test_a_kill_switch_works_while_workers_are_at_work(site: Site, neighbour: Site) -> None:
    await neighbour.workers.open()
    await run(site, RUN)
    await run(site, STOP)
    await neighbour.workers.settle()
    assert arm_of(neighbour, site.account) == "as ever"


async def test_what_people_do_after_they_met_an_arm_is_counted_for_it(site: Site) -> None:
    stranger = an_account()
    await keep(site.storage, stranger)
    video_id = await site.submit()
    await site.workers.settle()
    await run(site, RUN)
    arm = arm_of(site)
    await site.notes.write()
    for _ in range(2):
        await site.house.playback.view(site.person, video_id)
        await site.house.ratings.rate(site.person, video_id, 4)
    await site.house.playback.view(caller_of(stranger), video_id)
    await site.house.playback.view(NOBODY, video_id)
    await site.workers.settle()

    counts = await site.storage.experiments.counts(await site.house.experiment_control.get("recommender"))
    assert counts == {arm: ArmCounts(people=1, viewed=1, liked=1)}


async def test_what_they_do_before_that_is_written_down_is_counted_too(site: Site) -> None:
    video_id = await site.submit()
    await site.workers.settle()
    await run(site, RUN)
    arm = arm_of(site)
    await site.house.playback.view(site.person, video_id)
    await site.workers.settle()
    await site.notes.write()
    await site.workers.settle()

    counts = await site.storage.experiments.counts(await site.house.experiment_control.get("recommender"))
    assert counts == {arm: ArmCounts(people=1, viewed=1)}
