"""Sign-in, profile and the set-up page: forms and views of accounts."""

from flask import Flask, g
from werkzeug.local import LocalProxy

from learnapp.accounts.guard import current_actor
from learnapp.kit import sessions

from . import register  # noqa: F401 - its routes
from .pages import bp
from .security import init_security

__all__ = ["bp", "init_room"]


def _forget_last_request() -> None:
    """Start every request without an actor, also where an app context outlives it (commands, tests)."""
    for name in ("actor", "pending", "_login_user"):
        g.pop(name, None)


def init_room(app: Flask) -> None:
    """Set up sessions, Flask-Security and the name `actor` in templates."""
    app.config.update(PERMANENT_SESSION_LIFETIME=sessions.LIFETIME, SESSION_REFRESH_EACH_REQUEST=False)
    app.before_request_funcs.setdefault(None, []).insert(0, _forget_last_request)
    # Read only by templates that show it: pages that do not name the actor cost no statement.
    app.jinja_env.globals["actor"] = LocalProxy(current_actor)
    init_security(app)
