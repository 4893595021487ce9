"""Structured logs: one line for each event, JSON in production; never what people wrote, who they are, or from where.

An event has a short name and fields from FIELDS; anything else is left out. A request is told by its route's template,
not by its address, which holds ids. Of an error its kind and the lines of code are told, not its words: they may
quote an answer. What other libraries log comes out as their template, without what they would fill in.
"""

import logging
import re
import secrets
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, has_request_context, request
from structlog.typing import EventDict, FilteringBoundLogger

from learnapp.config import ROOT, Settings
from learnapp.kit import metrics

FIELDS = {
    "event",
    "level",
    "request",
    "method",
    "route",
    "status",
    "ms",
    "error",
    "where",
    "logger",
    "duty",
    "by",
    "count",
}
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
QUIET_ROUTES = {"/livez", "/readyz"}  # asked every few seconds
MOST_FRAMES = 15
_OWN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_READY_MADE = re.compile(r"[=:'\"\d@<(\[{]")


class _Lines:
    """Where rendered events go: whatever is standard error at the time.

    Where it cannot be written to (its disk is full), a line is lost, and not the answer to a visitor.
    """

    def msg(self, message: str) -> None:
        with suppress(OSError):
            sys.stderr.write(message + "\n")

    debug = info = warning = error = critical = msg


def _only_known_fields(_logger: Any, _name: str, event: EventDict) -> EventDict:
    return {name: value for name, value in event.items() if name in FIELDS}


def _add_request(_logger: Any, _name: str, event: EventDict) -> EventDict:
    if has_request_context():
        event["request"] = request_id()
    return event


def _renderer(production: bool) -> Any:
    if production:
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)


class _Log:
    """The one log of this process; `configure` says how it looks and from which level it speaks."""

    def __init__(self) -> None:
        self._make(logging.WARNING, production=False)

    def configure(self, settings: Settings) -> None:
        """Make the log as the settings want it, and lead what other libraries log the same way."""
        level = logging.getLevelNamesMapping()[settings.log_level.upper()]
        self._make(level, settings.app_env == "production")
        _lead_here(max(level, logging.WARNING))

    def _make(self, level: int, production: bool) -> None:
        stamp = structlog.processors.TimeStamper(fmt="iso", utc=True, key="at")
        shape = [_add_request, structlog.processors.add_log_level, _only_known_fields, stamp, _renderer(production)]
        wrapper = structlog.make_filtering_bound_logger(level)
        self.level, self.production = level, production
        self.lines: FilteringBoundLogger = structlog.wrap_logger(
            _Lines(), processors=shape, wrapper_class=wrapper
        ).bind()  # fmt: skip


_log = _Log()


class _Foreign(logging.Handler):
    """Takes what is logged through the standard library, and tells it in our form."""

    def emit(self, record: logging.LogRecord) -> None:
        values: dict[str, Any] = {"logger": record.name}
        if record.exc_info and record.exc_info[1] is not None:
            values |= error_fields(record.exc_info[1])
            _print_traceback(record.exc_info[1])
        words = _template(record) if _log.production else record.getMessage()
        _log.lines.log(record.levelno, words, **values)


def _template(record: logging.LogRecord) -> str:
    """Return the words of a record without what was filled in; one that comes ready-made keeps its first words."""
    text = str(record.msg)
    return text if record.args else _READY_MADE.split(text, maxsplit=1)[0].strip()


def _lead_here(level: int) -> None:
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, _Foreign)]:
        root.removeHandler(handler)
    root.addHandler(_Foreign(level))
    for name in ("gunicorn.error", "gunicorn.access"):  # gunicorn gave them handlers of their own
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True


def error_fields(error: BaseException) -> dict[str, Any]:
    """Return an error's kind and where in the code it happened, innermost last; not its words."""
    frames = [_place(*each) for each in traceback.walk_tb(error.__traceback__)]
    return {"error": type(error).__name__, "where": frames[-MOST_FRAMES:]}


def _place(frame: Any, line: int) -> str:
    path = Path(frame.f_code.co_filename)
    name = path.relative_to(ROOT) if path.is_relative_to(ROOT / "learnapp") else "/".join(path.parts[-2:])
    return f"{name}:{line} {frame.f_code.co_name}"


def note(event: str, **fields: Any) -> None:
    """Tell something that is as it should be."""
    _log.lines.info(event, **fields)


def warn(event: str, **fields: Any) -> None:
    """Tell something that somebody should look at when it happens often."""
    _log.lines.warning(event, **fields)


def fault(event: str, error: BaseException, **fields: Any) -> None:
    """Tell an error: what, its kind and where; in development the whole traceback follows."""
    _log.lines.error(event, **error_fields(error), **fields)
    _print_traceback(error)


def _print_traceback(error: BaseException) -> None:
    """Show developers the whole of an error; its words may quote an answer, so never in production."""
    if not _log.production:
        with suppress(OSError):
            traceback.print_exception(error)


def request_id() -> str:
    """Return this request's id: the trusted proxy's, or one that is made when somebody asks for it."""
    if "request_id" not in g:
        sent = request.headers.get("X-Request-ID", "") if current_app.config["SETTINGS"].proxies else ""
        g.request_id = sent if _OWN_ID.fullmatch(sent) else secrets.token_hex(6)
    return str(g.request_id)


def _begin() -> None:
    g.began = perf_counter()


def _end(response: Response) -> Response:
    """Tell and count a request: its route's template, status and time until the first byte."""
    seconds = perf_counter() - g.get("began", perf_counter())
    route = request.url_rule.rule if request.url_rule else "none"
    method = request.method if request.method in METHODS else "other"
    metrics.request(method, route, response.status_code, seconds)
    if response.status_code >= 500:
        response.headers["X-Request-ID"] = request_id()
    if _log.level <= (logging.DEBUG if route in QUIET_ROUTES else logging.INFO):
        status = response.status_code
        _log.lines.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
    return response


def init_logs(app: Flask) -> None:
    """Make the log, and tell every request; comes before all other hooks, so that it sees the finished response."""
    _log.configure(app.config["SETTINGS"])
    app.before_request(_begin)
    app.after_request(_end)
