"""A model is loaded once, with the first who needs it; a failure is told at once and tried again later."""

import asyncio
from threading import Event

import pytest
from structlog.testing import capture_logs

from killrvideo.adapters.language.embeddings.loading import LoadedOnce
from killrvideo.domain.errors import ModelUnavailable


class Loader:
    def __init__(self) -> None:
        self.loads = 0
        self.seconds = 0.0
        self.broken = False
        self.began, self.may_go_on = Event(), Event()
        self.may_go_on.set()

    def __call__(self) -> str:
        self.loads += 1
        self.began.set()
        assert self.may_go_on.wait(30)
        if self.broken:
            raise OSError("the file is gone from /secret/place")
        return f"model {self.loads}"

    def now(self) -> float:
        return self.seconds


@pytest.fixture
def loader() -> Loader:
    return Loader()


def loaded(loader: Loader, patience: float = 30) -> LoadedOnce[str]:
    return LoadedOnce(loader, what="it", patience=patience, again_after=60, now=loader.now)


async def refusal(model: LoadedOnce[str]) -> ModelUnavailable:
    with pytest.raises(ModelUnavailable) as refused:
        await model.get()
    return refused.value


async def test_nothing_is_loaded_until_it_is_needed(loader: Loader) -> None:
    model = loaded(loader)

    assert (loader.loads, model.loaded) == (0, None)


async def test_all_who_come_first_share_one_load(loader: Loader) -> None:
    model = loaded(loader)
    loader.may_go_on.clear()
    askers = [asyncio.create_task(model.get()) for _ in range(5)]
    await asyncio.sleep(0)

    loader.may_go_on.set()

    assert await asyncio.gather(*askers) == ["model 1"] * 5
    assert await model.get() == model.loaded == "model 1"


async def test_who_gives_up_does_not_stop_it_for_others(loader: Loader) -> None:
    model = loaded(loader)
    loader.may_go_on.clear()
    impatient, patient = asyncio.create_task(model.get()), asyncio.create_task(model.get())
    await asyncio.sleep(0)

    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    loader.may_go_on.set()

    assert await patient == "model 1"


async def test_nobody_waits_longer_than_patience_while_loading_goes_on(loader: Loader) -> None:
    model = loaded(loader, patience=0)
    loader.may_go_on.clear()

    with pytest.raises(ModelUnavailable, match="still being loaded"):
        await model.get()

    assert await asyncio.to_thread(loader.began.wait, 30)
    loader.may_go_on.set()
    assert loader.loads == 1


async def test_a_failure_is_told_and_logged_once_until_the_next_try(loader: Loader) -> None:
    model = loaded(loader)
    loader.broken = True

    with capture_logs() as logs:
        first, second = [await refusal(model) for _ in range(2)]

    assert loader.loads == 1
    assert [line["event"] for line in logs] == ["model_not_loaded"]
    assert first.detail == second.detail
    assert first.retry_after == 60
    assert "secret" not in first.detail


async def test_after_a_while_it_is_tried_again(loader: Loader) -> None:
    model = loaded(loader)
    loader.broken = True
    with pytest.raises(ModelUnavailable):
        await model.get()

    loader.broken = False
    loader.seconds += 59
    with pytest.raises(ModelUnavailable):
        await model.get()
    loader.seconds += 1

    assert await model.get() == "model 2"


def test_each_event_loop_may_ask(loader: Loader) -> None:
    model = loaded(loader)

    assert asyncio.run(model.get()) == asyncio.run(model.get()) == "model 1"
