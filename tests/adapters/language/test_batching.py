"""Texts of many who ask are computed together, who is urgent first, and everybody gets their own answer."""

import asyncio
from array import array
from collections.abc import AsyncIterator, Sequence
from threading import Event

import pytest

from killrvideo.adapters.language.embeddings.batching import TEXTS_MOST, TOKENS_MOST, MicroBatcher
from killrvideo.adapters.language.embeddings.files import Vector
from killrvideo.domain.errors import ModelUnavailable

URGENT, SOON, PATIENT = 0, 1, 2
WAITS = "the text that is being computed while others come"


class Work:
    """Notes each batch. It stands still with the first until it may go on."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.began, self.may_go_on = Event(), Event()

    def __call__(self, texts: Sequence[str]) -> list[Vector]:
        self.batches.append(list(texts))
        if WAITS in texts:
            self.began.set()
            assert self.may_go_on.wait(30)
        if "poison" in texts:
            raise ValueError("poison")
        return [array("f", [len(text)]) for text in texts]

    async def begun(self) -> None:
        assert await asyncio.to_thread(self.began.wait, 30)


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
async def batcher(work: Work) -> AsyncIterator[MicroBatcher]:
    batcher = MicroBatcher(work, threads=1, room=(60, 50, 40))
    yield batcher
    work.may_go_on.set()
    await asyncio.to_thread(batcher.close)


async def ask(batcher: MicroBatcher, *texts: str, rank: int = PATIENT) -> list[float]:
    return [vector[0] for vector in await batcher.run(texts, rank)]


async def busy(batcher: MicroBatcher, work: Work) -> "asyncio.Task[list[float]]":
    """From now on those who ask wait together."""
    first = asyncio.create_task(ask(batcher, WAITS))
    await work.begun()
    return first


async def all_wait() -> None:
    """A task that was made runs up to its first pause in one turn of the loop."""
    await asyncio.sleep(0)


async def test_who_comes_while_a_batch_is_computed_is_computed_together(
    batcher: MicroBatcher, work: Work
) -> None:
    first = await busy(batcher, work)
    others = [asyncio.create_task(ask(batcher, "x" * size)) for size in range(1, 6)]
    await all_wait()

    work.may_go_on.set()

    assert await asyncio.gather(*others) == [[1], [2], [3], [4], [5]]
    assert await first == [len(WAITS)]
    assert [len(batch) for batch in work.batches] == [1, 5]


async def test_the_answers_are_in_the_order_of_the_texts(batcher: MicroBatcher) -> None:
    assert await ask(batcher, "long " * 30, "a", "middle one", "bb") == [150, 1, 10, 2]


async def test_what_is_urgent_overtakes_what_can_wait(batcher: MicroBatcher, work: Work) -> None:
    first = await busy(batcher, work)
    patient = asyncio.create_task(ask(batcher, *(f"{'p' * 1000}{number}" for number in range(6))))
    await all_wait()
    urgent = asyncio.create_task(ask(batcher, "q" * 1000, rank=URGENT))
    await all_wait()

    work.may_go_on.set()
    await asyncio.gather(first, patient, urgent)

    assert work.batches[1][0] == "q" * 1000


async def test_a_batch_is_bounded_in_texts_and_in_length(batcher: MicroBatcher, work: Work) -> None:
    first = await busy(batcher, work)
    short = asyncio.create_task(ask(batcher, *(["short"] * 30)))
    long = asyncio.create_task(ask(batcher, *(["a long text " * 100] * 5)))
    await all_wait()

    work.may_go_on.set()
    await asyncio.gather(first, short, long)

    assert max(map(len, work.batches)) == TEXTS_MOST
    assert max(sum(map(len, batch)) for batch in work.batches) <= 1200 * TOKENS_MOST // 256


async def test_who_gives_up_is_not_computed(batcher: MicroBatcher, work: Work) -> None:
    first = await busy(batcher, work)
    left = asyncio.create_task(ask(batcher, "left"))
    stayed = asyncio.create_task(ask(batcher, "stayed"))
    await all_wait()

    left.cancel()
    with pytest.raises(asyncio.CancelledError):
        await left
    work.may_go_on.set()
    await asyncio.gather(first, stayed)

    assert work.batches == [[WAITS], ["stayed"]]


async def test_who_gives_up_while_computed_harms_nobody(batcher: MicroBatcher, work: Work) -> None:
    first = await busy(batcher, work)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first

    work.may_go_on.set()

    assert await ask(batcher, "next") == [4]


async def test_a_fault_reaches_only_those_whose_it_is(batcher: MicroBatcher, work: Work) -> None:
    first = await busy(batcher, work)
    good = asyncio.create_task(ask(batcher, "good"))
    bad = asyncio.create_task(ask(batcher, "poison"))
    fine = asyncio.create_task(ask(batcher, "fine!"))
    await all_wait()

    work.may_go_on.set()

    assert await good == [4]
    assert await fine == [5]
    with pytest.raises(ValueError, match="poison"):
        await bad
    await first


async def test_too_many_are_refused_and_those_before_them_served(batcher: MicroBatcher, work: Work) -> None:
    first = await busy(batcher, work)
    full = asyncio.create_task(ask(batcher, *(["text"] * 40)))
    await all_wait()

    with pytest.raises(ModelUnavailable, match="Too many"):
        await ask(batcher, "one more")

    work.may_go_on.set()
    await first
    assert await full == [4] * 40
    assert await ask(batcher, "again") == [5]


async def test_what_can_wait_leaves_room_for_what_is_urgent(batcher: MicroBatcher, work: Work) -> None:
    first = await busy(batcher, work)
    served = [asyncio.create_task(ask(batcher, *(["job"] * 40)))]
    await all_wait()
    for rank in (SOON, URGENT):
        served.append(asyncio.create_task(ask(batcher, *(["text"] * 10), rank=rank)))
        await all_wait()
        with pytest.raises(ModelUnavailable, match="Too many"):
            await ask(batcher, "one more", rank=rank)

    work.may_go_on.set()
    await first
    assert await asyncio.gather(*served) == [[3] * 40, [4] * 10, [4] * 10]


async def test_who_gave_up_takes_no_room(batcher: MicroBatcher, work: Work) -> None:
    first = await busy(batcher, work)
    left = asyncio.create_task(ask(batcher, *(["left"] * 40)))
    await all_wait()
    left.cancel()
    with pytest.raises(asyncio.CancelledError):
        await left

    others = asyncio.create_task(ask(batcher, *(["other"] * 40)))
    await all_wait()
    work.may_go_on.set()

    assert await others == [5] * 40
    assert [len(batch) for batch in work.batches] == [1, 16, 16, 8]
    await first


async def test_closing_finishes_what_is_computed_and_refuses_what_waits(
    batcher: MicroBatcher, work: Work
) -> None:
    first = await busy(batcher, work)
    waits = asyncio.create_task(ask(batcher, "waits"))
    await all_wait()

    closing = asyncio.create_task(asyncio.to_thread(batcher.close))
    with pytest.raises(ModelUnavailable):
        await waits
    work.may_go_on.set()
    await closing

    assert await first == [len(WAITS)]
    with pytest.raises(ModelUnavailable):
        await ask(batcher, "too late")


async def test_closing_twice_or_before_anybody_asked_is_fine(work: Work) -> None:
    batcher = MicroBatcher(work)

    batcher.close()
    batcher.close()

    assert work.batches == []


async def test_two_threads_share_one_call(work: Work) -> None:
    both = Event()
    began: list[str] = []

    def meet(texts: Sequence[str]) -> list[Vector]:
        began.append(texts[0])
        if len(began) == 2:
            both.set()
        assert both.wait(30)
        return [array("f", [len(text)]) for text in texts]

    batcher = MicroBatcher(meet, threads=2)
    sizes = [1000 + number for number in range(8)]

    assert await ask(batcher, *("x" * size for size in sizes)) == sizes
    await asyncio.to_thread(batcher.close)
