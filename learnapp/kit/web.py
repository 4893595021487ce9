"""What every response shares: CSRF, the guard on every route, security headers, error pages."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, abort, current_app, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import escape
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from learnapp.kit import compress, db, errors, i18n, logs, metrics

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
PAGES = (400, 403, 404, 405, 409, 413, 429, 500, 503)
REFUSALS: dict[type[errors.Refusal], int] = {
    errors.NotFound: 404,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.TooMany: 429,
}
RETRY_SECONDS = 10
EMERGENCY = b"{emergency}"  # what authors write; the number is a setting
CAREFUL = {"quizzes", "lessons"}
csrf = CSRFProtect()


def wants_json() -> bool:
    """Say whether this request speaks JSON rather than pages."""
    return request.is_json or request.accept_mimetypes.best == "application/json"


def _refuse_other_sites() -> None:
    """Refuse a write that another site's page sent: a second fence beside the CSRF token."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        abort(403)


def _refuse_zero_bytes() -> None:
    """Refuse U+0000, which PostgreSQL cannot store; quizzes and lessons read their answers through careful fields."""
    if "\x00" in request.path or "%00" in request.query_string.decode("latin-1"):
        abort(404)
    if request.blueprint not in CAREFUL and any("\x00" in value for value in request.form.values()):
        abort(400)


def _demand_guard() -> None:
    """Refuse a route that declares no guard: forgetting one must never publish a page."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and getattr(view, "guard", None) is None:
        raise RuntimeError(f"the route {request.endpoint} declares no guard")


def _add_headers(response: Response) -> Response:
    present = {name.lower() for name, _value in response.headers}
    for name, value in HEADERS.items():
        if name.lower() not in present:
            response.headers.add(name, value)
    settings = current_app.config["SETTINGS"]
    if settings.https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    response.vary.add("Cookie")
    if g.get("actor") is not None or "Set-Cookie" in response.headers or response.status_code >= 400:
        response.headers["Cache-Control"] = "private, no-store"
    else:
        response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def error_response(status: int, **values: Any) -> Response:
    """Return our own page (or JSON) for an error; the reason is a code, never a stack trace."""
    values.setdefault("error", {404: "not_found", 403: "forbidden"}.get(status, f"http_{status}"))
    if wants_json():
        response = jsonify(values)
    else:
        response = current_app.make_response(render_template(f"errors/{status}.html", **values))
    response.status_code = status
    if status in {429, 503}:
        response.headers["Retry-After"] = str(values.get("seconds", RETRY_SECONDS))
    return response


def _on_refusal(error: errors.Refusal) -> ResponseReturnValue:
    status = next(code for kind, code in REFUSALS.items() if isinstance(error, kind))
    return error_response(status, **{"error": error.code, **error.values})


def _on_http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    status = error.code if error.code in PAGES else (400 if error.code < 500 else 500)
    response = error_response(status)
    response.status_code = error.code
    if getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return response


def _on_csrf(_error: CSRFError) -> ResponseReturnValue:
    return error_response(400, error="csrf")


def _on_database(error: Exception) -> ResponseReturnValue:
    """Answer 503 while the database is away, busy or full; a wrong statement stays a 500."""
    db.forget()
    away = isinstance(error, OperationalError | PoolTimeout) or getattr(error, "connection_invalidated", False)
    if not away:
        return _on_bug(error)
    logs.warn("database_away", error=type(error).__name__)
    metrics.count("database_errors")
    return error_response(503)


def _on_bug(error: Exception) -> ResponseReturnValue:
    logs.fault("unexpected_error", error)
    return error_response(500)


def _register_errors(app: Flask) -> None:
    handlers: dict[type[Exception], Callable[..., ResponseReturnValue]] = {
        errors.Refusal: _on_refusal,
        CSRFError: _on_csrf,
        HTTPException: _on_http,
        DBAPIError: _on_database,
        PoolTimeout: _on_database,
    }
    for kind, handler in handlers.items():
        app.register_error_handler(kind, handler)
    if not app.testing:
        app.register_error_handler(Exception, _on_bug)


def emergency_number() -> str:
    """Return the number to call in an emergency, or words for it when none is set: nothing is invented."""
    number: str = current_app.config["SETTINGS"].emergency_number
    return number or i18n._("your local emergency number")


def _put_emergency_number(response: Response) -> Response:
    """Put the emergency number where content says {emergency}, on whatever page it stands."""
    if response.mimetype in {"text/html", "application/json"} and not response.is_streamed:
        text = response.get_data()
        if EMERGENCY in text:
            response.set_data(text.replace(EMERGENCY, str(escape(emergency_number())).encode()))
    return response


class _Page(Template):
    """A template whose macros are made once: ours take no globals of their own, so there is nothing to compare."""

    def _get_default_module(self, _context: Context | None = None) -> TemplateModule:
        if self._module is None:
            self._module = self.make_module()
        return self._module


def _template_globals(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    app.jinja_env.template_class = _Page  # jinja compares all globals at each import: 10 % of a page with questions
    app.jinja_env.globals.update(
        settings=settings,
        app_name=settings.app_name,
        demo_on=settings.demo,
        emergency_number=emergency_number,
    )


def init_web(app: Flask) -> None:
    """Give the app its fences, headers, words and error pages; rooms come after this."""
    settings = app.config["SETTINGS"]
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a slow reader's page must still save
    app.config["WTF_CSRF_SSL_STRICT"] = False  # Referrer-Policy and Sec-Fetch-Site do this work
    app.before_request(_refuse_zero_bytes)
    app.before_request(_refuse_other_sites)
    csrf.init_app(app)
    app.before_request(_demand_guard)
    app.after_request(compress.compress)  # runs last: the newest handler runs first
    app.after_request(_add_headers)
    app.after_request(_put_emergency_number)  # runs first
    i18n.init_i18n(app)
    _register_errors(app)
    _template_globals(app)
