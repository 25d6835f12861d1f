"""A new town for each test, and at the end of a run what was tried."""

from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from killrvideo.domain.access import Role
from tests.fuzz.site import SITE, Site

WHO, CASES = "fuzzed by", "fuzzed cases"

tried: defaultdict[str, Counter[str]] = defaultdict(Counter)


@pytest.fixture
def site(role: Role | None, request: pytest.FixtureRequest) -> Iterator[Site]:
    what = " (histories)" if "history" in request.node.name else ""
    request.node.user_properties.append((WHO, (role or "anonymous") + what))
    SITE.cases = 0
    with capture_logs():  # Thousands of lines that nobody reads.
        SITE.open(role)
        yield SITE
        SITE.close()
    request.node.user_properties.append((CASES, SITE.cases))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    told = dict(report.user_properties)
    if WHO in told:
        row = tried[str(told[WHO])]
        row["tests"] += report.when == "call"
        row["failures"] += report.failed
        row["cases"] += int(str(told.get(CASES, 0)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if tried:
        line = "{:22} {:>10} {:>10} {:>10}".format
        terminalreporter.section("generated requests")
        terminalreporter.write_line(line("asked by", "tests", "cases", "failures"))
        for who, row in sorted(tried.items()):
            terminalreporter.write_line(line(who, row["tests"], row["cases"], row["failures"]))
