"""How many round trips a question takes in a process that has asked it before."""

from collections.abc import Awaitable, Callable

from killrvideo.adapters.cassandra.cluster.trips import Trips, counted


async def trips_of(ask: Callable[[], Awaitable[object]]) -> Trips:
    """Asked for the first time, questions that go together wait for their statements to be prepared."""
    await ask()
    with counted() as trips:
        await ask()
    return trips
