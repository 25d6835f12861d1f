"""A new town for each test, and at the end of a run what was tried."""

from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest
from anyio.from_thread import start_blocking_portal
from structlog.testing import capture_logs

from killrvideo.domain.access import Role
from tests.backends import CASSANDRA, CHOSEN, cassandra_session, worker_name
from tests.fuzz.site import SITE, Site
from tests.servers import cassandra_address, why_no_cassandra

WHO, CASES = "fuzzed by", "fuzzed cases"

tried: defaultdict[str, Counter[str]] = defaultdict(Counter)


@pytest.fixture(scope="session", autouse=True)
def _ground(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where towns stand: on Cassandra, if it is chosen, in one keyspace for them all."""
    if CHOSEN != CASSANDRA:
        yield
        return
    if cassandra_address() is None:
        pytest.skip(why_no_cassandra())
    # The tool's tests are none that have a loop for fixtures.
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(cassandra_session(worker_name(request.config))) as session,
    ):
        SITE.keyspace = session.address
        yield


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
