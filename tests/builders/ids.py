"""Fresh ids for whatever a test builds."""

from datetime import timedelta

from tests.holding_still import START, CountingIds

# Those that the house gives out meanwhile carry the instant of the test's own clock, and are others.
IDS = CountingIds(lambda: START - timedelta(days=1))
