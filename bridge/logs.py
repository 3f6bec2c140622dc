"""Logs: one JSON object a line, times in UTC, nothing secret in them."""

import logging
import re
import sys
from typing import Any, Final, TextIO

import orjson
import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.types import EventDict, Processor

from bridge import tracing

SECRET_NAME: Final = re.compile(
    r"secret|token|passw|authorization|signature|cookie|api_?key|private", re.IGNORECASE
)
PASSWORD_IN_URL: Final = re.compile(r"(://[^/@\s:]*):[^/@\s]+@")
REDACTED: Final = "[redacted]"
# These tell on every frame or request what we say ourselves, once, in our own line.
QUIET: Final = ("alembic", "asyncio", "httpcore", "httpx", "uvicorn")
# The bus says itself that the broker is away, and what it does about it.
SILENT: Final = ("aio_pika", "aiormq")


def configure(format: str, level: str, stream: TextIO | None = None) -> None:  # noqa: A002  a fixed name
    """Send our logs and those of libraries to `stream` (stdout) as `json` or `console` lines.

    `level` is debug, info, warning or error. Local variables never show in tracebacks.
    """
    stream = stream or sys.stdout
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        *([tracing.label] if tracing.on() else []),
        redact,
    ]
    finish = _json() if format == "json" else _console(colours=stream.isatty())
    structlog.configure(
        processors=[*shared, *finish],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=True,
    )
    _route_libraries(stream, number, [*shared, _keep_plain, *finish])


def redact(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Hide values whose name looks secret, and passwords inside of URLs."""
    for name, value in event.items():
        event[name] = _safe(name, value)
    return event


def _safe(name: str, value: Any) -> Any:
    if isinstance(value, str) and "@" in value:
        value = PASSWORD_IN_URL.sub(r"\1:" + REDACTED + "@", value)
    if isinstance(value, dict):  # an abstract type would be asked for every value of every line
        return {key: _safe(str(key), inner) for key, inner in value.items()}
    if name in _KNOWN_PLAIN or not SECRET_NAME.search(name):
        return value
    return REDACTED


# The names of nearly every line; a look-up is cheaper than the search.
_KNOWN_PLAIN: Final = frozenset(
    {"event", "level", "timestamp", "connection", "entity", "trigger", "result", "ms"}
    | {"event_id", "request_id", "bytes"}
)


def _json() -> list[Processor]:
    frames = ExceptionDictTransformer(show_locals=False, max_frames=20)
    return [
        structlog.processors.ExceptionRenderer(frames),
        _redact_exceptions,
        structlog.processors.JSONRenderer(serializer=_dump),
    ]


def _console(*, colours: bool) -> list[Processor]:
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain)]


def _redact_exceptions(_logger: Any, _method: str, event: EventDict) -> EventDict:
    for error in event.get("exception") or ():
        error["exc_value"] = _safe("exc_value", error["exc_value"])
    return event


def _dump(event: EventDict, **_options: Any) -> str:
    return orjson.dumps(event, default=str).decode()


def _keep_plain(_logger: Any, _method: str, event: EventDict) -> EventDict:
    event.pop("_record", None)
    event.pop("_from_structlog", None)
    return event


def _route_libraries(stream: TextIO, level: int, processors: list[Processor]) -> None:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=processors))
    logging.root.handlers = [handler]
    logging.root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
