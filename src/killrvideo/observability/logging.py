"""One log, whoever writes to it: our own lines and those of the libraries, in one format, without secrets."""

import json
import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal, TextIO

import orjson
import structlog
from structlog.typing import Processor

from killrvideo.observability.context import bound_correlation_id
from killrvideo.observability.redaction import redact

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["auto", "json", "console"]

SERVERS = ("uvicorn", "uvicorn.error", "uvicorn.access")
TALKATIVE = ("asyncio", "httpcore2", "httpx2", "uvicorn.access", "uvicorn.error")
"""What they say below a warning is noise; httpx2's request lines name addresses with keys in them."""
UNTIRING = ("aiokafka",)
"""They say at every try what whoever uses them says once; only with ``debug`` one hears it all."""
REPEATED = ("cassandra",)
"""Tell of an outage with a stack for every attempt; our own adapter says it once."""


def set_up_logging(
    level: LogLevel = "info", log_format: LogFormat = "auto", stream: TextIO | None = None
) -> None:
    """To be called once, before anything logs. ``auto`` is readable on a terminal and JSON elsewhere.

    ``stream`` is standard error by default.
    """
    stream = stream or sys.stderr
    as_console = log_format == "console" or (log_format == "auto" and stream.isatty())
    renderer = _console(stream.isatty()) if as_console else _json
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*_EVERY_LINE, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=lambda *names: _NamedLogger(stream, names[0] if names else "killrvideo"),
        cache_logger_on_first_use=True,
    )
    _route_libraries(threshold, stream, renderer)


def _route_libraries(threshold: int, stream: TextIO, renderer: Processor) -> None:
    """Standard-library logging ends in the same processors and on the same stream."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_EVERY_LINE, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(threshold)
    for name in SERVERS:
        server = logging.getLogger(name)
        server.handlers.clear()
        server.propagate = True
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(threshold, logging.WARNING))
    for name in UNTIRING:
        logging.getLogger(name).setLevel(threshold if threshold <= logging.DEBUG else logging.CRITICAL)
    for name in REPEATED:
        logging.getLogger(name).setLevel(logging.CRITICAL)


class _NamedLogger(structlog.WriteLogger):
    """Writes whole lines; knows which part of the house speaks."""

    def __init__(self, stream: TextIO, name: str) -> None:
        super().__init__(stream)
        self.name = name


def _add_name(logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if isinstance(logger, _NamedLogger):
        event["logger"] = logger.name
    return event


def _add_correlation_id(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    identity = bound_correlation_id()
    if identity is not None:
        event.setdefault("correlation_id", identity)
    return event


_EVERY_LINE: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    _add_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _add_correlation_id,
    # Tracebacks become text first, so that what an exception says is looked through as well.
    structlog.processors.format_exc_info,
    redact,
)


def _console(colours: bool) -> Processor:
    return structlog.dev.ConsoleRenderer(
        colors=colours, exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
    )


def _json(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    try:
        return orjson.dumps(event, default=str).decode()
    except orjson.JSONEncodeError:  # Half a character, or a number beyond 64 bits.
        return json.dumps(event, default=str)
