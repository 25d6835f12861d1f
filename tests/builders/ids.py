"""Fresh ids for whatever a test builds."""

from tests.holding_still import CountingIds

IDS = CountingIds()
