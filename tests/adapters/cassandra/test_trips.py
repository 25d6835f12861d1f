"""How round trips are counted: by what waits for what, whichever answer is faster."""

import asyncio

from killrvideo.adapters.cassandra.cluster.trips import begun, counted, getting_ready


async def question(answered: asyncio.Event | None = None) -> None:
    """As a session asks: its answer comes at once, or when it is told to."""
    trips = begun()
    try:
        if answered is not None:
            await answered.wait()
    finally:
        if trips is not None:
            await trips.end()


async def test_questions_that_follow_one_another_are_a_chain() -> None:
    with counted() as trips:
        for _ in range(3):
            await question()
    assert (trips.sequential, trips.questions) == (3, 3)


async def test_questions_that_are_asked_together_are_one_round_however_slow_one_is() -> None:
    slow = asyncio.Event()
    with counted() as trips:
        together = asyncio.gather(question(), question(slow), question())
        await asyncio.sleep(0)
        slow.set()
        await together
    assert (trips.sequential, trips.questions) == (1, 3)


async def test_one_that_is_asked_a_few_turns_of_the_loop_later_belongs_to_the_round() -> None:
    async def later() -> None:
        for _ in range(5):
            await asyncio.sleep(0)
        await question()

    with counted() as trips:
        await asyncio.gather(question(), later())
    assert trips.sequential == 1


async def test_a_round_waits_for_what_is_still_prepared() -> None:
    prepared = asyncio.Event()

    async def first_time() -> None:
        with getting_ready():
            await prepared.wait()
        await question()

    with counted() as trips:
        together = asyncio.gather(question(), first_time())
        for _ in range(100):
            await asyncio.sleep(0)
        prepared.set()
        await together
    assert (trips.sequential, trips.questions) == (1, 2)


async def test_a_question_that_is_given_up_holds_nobody() -> None:
    with counted() as trips:
        given_up = asyncio.create_task(question(asyncio.Event()))
        other = asyncio.create_task(question())
        await asyncio.sleep(0)
        given_up.cancel()
        await other
    assert (trips.sequential, trips.questions) == (1, 2)


async def test_outside_nothing_is_counted() -> None:
    with counted() as trips:
        pass
    with getting_ready():
        await question()
    assert (trips.sequential, trips.questions) == (0, 0)
