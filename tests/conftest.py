"""What tests of every floor share: one event loop, and time that stands still."""

import pytest

from tests.holding_still import CountingIds, ManualClock


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def ids(clock: ManualClock) -> CountingIds:
    return CountingIds(clock.now)
