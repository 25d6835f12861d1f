"""One log in one format, whoever writes to it."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextvars import copy_context
from typing import Any

import pytest
import structlog

from killrvideo.observability.context import bind_correlation_id, bound_correlation_id, correlation_id
from killrvideo.observability.logging import SERVERS, TALKATIVE, LogFormat, LogLevel, set_up_logging

Written = Callable[[], list[dict[str, Any]]]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    named = [logging.getLogger(name) for name in (*SERVERS, *TALKATIVE)]
    before = [(one, one.level, one.handlers[:], one.propagate) for one in (root, *named)]
    yield
    for one, level, handlers, propagate in before:
        one.setLevel(level)
        one.handlers[:] = handlers
        one.propagate = propagate
    structlog.reset_defaults()


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def in_a_request(work: Callable[[], None]) -> None:
    copy_context().run(work)


def test_our_lines_are_json_with_time_level_and_name(stream: io.StringIO) -> None:
    set_up_logging("info", "json", stream)

    structlog.get_logger("killrvideo.access").info("request", path="/api/v1/videos", ms=1.5)

    (line,) = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "logger": "killrvideo.access",
        "path": "/api/v1/videos",
        "ms": 1.5,
    }


@pytest.mark.parametrize("name", ["uvicorn.error", "somebody.else"])
def test_libraries_write_the_same_lines(stream: io.StringIO, name: str) -> None:
    set_up_logging("info", "json", stream)

    logging.getLogger(name).warning("took %d seconds", 7)

    (line,) = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "took 7 seconds", "level": "warning", "logger": name}


def test_handlers_that_a_server_set_up_are_replaced(stream: io.StringIO) -> None:
    own = io.StringIO()
    logging.getLogger("uvicorn").addHandler(logging.StreamHandler(own))
    logging.getLogger("uvicorn").propagate = False

    set_up_logging("info", "json", stream)
    logging.getLogger("uvicorn.error").warning("started")

    assert own.getvalue() == ""
    assert [line["event"] for line in lines(stream)] == ["started"]


def test_a_second_set_up_replaces_the_first(stream: io.StringIO) -> None:
    set_up_logging("info", "json", io.StringIO())
    set_up_logging("info", "json", stream)

    logging.getLogger("somebody").info("once")

    assert len(lines(stream)) == 1


@pytest.mark.parametrize(
    ("level", "heard"),
    [
        ("debug", ["debug", "info", "warning", "error"]),
        ("info", ["info", "warning", "error"]),
        ("error", ["error"]),
    ],
)
def test_less_important_lines_are_dropped(stream: io.StringIO, level: LogLevel, heard: list[str]) -> None:
    set_up_logging(level, "json", stream)

    for name in ("debug", "info", "warning", "error"):
        getattr(structlog.get_logger(), name)("ours")
        getattr(logging.getLogger("theirs"), name)("theirs")

    assert [line["level"] for line in lines(stream)] == [name for name in heard for _ in range(2)]


def test_request_lines_of_the_http_client_are_not_logged(stream: io.StringIO) -> None:
    set_up_logging("debug", "json", stream)

    logging.getLogger("httpx2").info("HTTP Request: GET https://example.org/?key=private")

    assert stream.getvalue() == ""


@pytest.mark.parametrize(("level", "heard"), [("info", False), ("debug", True)])
def test_what_a_client_says_at_every_try_is_for_debugging(
    stream: io.StringIO, level: LogLevel, heard: bool
) -> None:
    set_up_logging(level, "json", stream)

    logging.getLogger("aiokafka").error("Unable connect to node with id 1")

    assert ("Unable" in stream.getvalue()) is heard


def test_every_line_of_a_request_carries_its_correlation_id(stream: io.StringIO) -> None:
    set_up_logging("info", "json", stream)

    def request() -> None:
        bind_correlation_id("request-7")
        structlog.get_logger().info("ours")
        logging.getLogger("theirs").info("theirs")

    in_a_request(request)
    logging.getLogger("theirs").info("outside")

    assert [line.get("correlation_id") for line in lines(stream)] == ["request-7", "request-7", None]


def test_exceptions_are_told_with_their_traceback(stream: io.StringIO) -> None:
    set_up_logging("info", "json", stream)

    try:
        raise ValueError("something odd")
    except ValueError:
        structlog.get_logger().exception("ours")
        logging.getLogger("theirs").exception("theirs")

    for line in lines(stream):
        assert line["exception"].startswith("Traceback")
        assert line["exception"].endswith("ValueError: something odd")


def test_what_json_cannot_hold_is_told_all_the_same(stream: io.StringIO) -> None:
    set_up_logging("info", "json", stream)

    structlog.get_logger().info(
        "odd", lone="\ud800", huge=2**70, thing=object, raw=b"\xff", number=float("nan")
    )

    (line,) = lines(stream)
    assert line["event"] == "odd"


@pytest.mark.parametrize(
    ("log_format", "stream", "is_json", "has_colours"),
    [
        ("auto", io.StringIO, True, False),
        ("auto", Terminal, False, True),
        ("json", Terminal, True, False),
        ("console", io.StringIO, False, False),
    ],
)
def test_auto_is_for_people_on_a_terminal_and_for_programs_elsewhere(
    log_format: LogFormat, stream: type[io.StringIO], is_json: bool, has_colours: bool
) -> None:
    to = stream()
    set_up_logging("info", log_format, to)

    structlog.get_logger().info("hello", to="you")

    assert to.getvalue().startswith("{") is is_json
    assert ("\x1b[" in to.getvalue()) is has_colours
    assert "hello" in to.getvalue()


@pytest.mark.parametrize("offered", ["abc", "3f2a-77.B_c", "x" * 64])
def test_the_correlation_id_of_a_client_is_kept(offered: str) -> None:
    def request() -> None:
        assert bind_correlation_id(offered) == offered
        assert correlation_id() == offered

    in_a_request(request)


@pytest.mark.parametrize("offered", [None, "", "x" * 65, "a b", "a\nb", "{}", "é", "<script>", "abc\n"])
def test_anything_else_is_replaced_by_a_new_one(offered: str | None) -> None:
    def request() -> None:
        identity = bind_correlation_id(offered)
        assert identity not in {offered, bind_correlation_id(offered)}
        assert len(identity) == 32

    in_a_request(request)


def test_an_unbound_context_gets_one_id_and_keeps_it() -> None:
    def work() -> None:
        assert bound_correlation_id() is None
        assert correlation_id() == correlation_id() == bound_correlation_id()

    in_a_request(work)
